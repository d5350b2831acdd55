import { WorkerEntrypoint } from "cloudflare:workers";
import type { Result } from "../../shared/lib/result.ts";
import type {
  ParsedFile,
  ParseProblem,
  RunCodeInput,
  RunCodeResult,
  SandboxRpc,
} from "../../shared/protocol/sandbox-rpc.ts";
import { type ParseInput, parseFile } from "./documents/parse-file.ts";
import { runCode } from "./isolate/run-code.ts";
import { countTokens } from "./tokens.ts";

/** The sandbox Worker's RPC surface; see SandboxRpc. Holds no state, no bindings and no secrets. */
export class SandboxEntrypoint
  extends WorkerEntrypoint
  implements Pick<SandboxRpc, "runCode" | "parseFile" | "countTokens">
{
  runCode(input: RunCodeInput): Promise<RunCodeResult> {
    return runCode(input);
  }

  parseFile(input: ParseInput): Promise<Result<ParsedFile, { problem: ParseProblem; detail: string }>> {
    return parseFile(input);
  }

  countTokens(texts: readonly string[]): Promise<number[]> {
    return countTokens(texts);
  }
}

export default {
  fetch(request: Request): Response {
    return new URL(request.url).pathname === "/health"
      ? new Response("ok")
      : new Response("not found", { status: 404 });
  },
};
