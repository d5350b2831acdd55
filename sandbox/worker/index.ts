import { WorkerEntrypoint } from "cloudflare:workers";
import type { RunCodeInput, RunCodeResult } from "../../shared/protocol/sandbox-rpc.ts";
import { runCode } from "./isolate/run-code.ts";

/** The sandbox Worker's RPC surface; see SandboxRpc. Holds no state, no bindings and no secrets. */
export class SandboxEntrypoint extends WorkerEntrypoint {
  runCode(input: RunCodeInput): Promise<RunCodeResult> {
    return runCode(input);
  }
}

export default {
  fetch(request: Request): Response {
    return new URL(request.url).pathname === "/health"
      ? new Response("ok")
      : new Response("not found", { status: 404 });
  },
};
