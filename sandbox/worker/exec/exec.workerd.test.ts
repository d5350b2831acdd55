import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type { ExecRequest, SandboxRpc } from "../../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS } from "../../port.ts";

// The runtime types `exports` for one Worker of a program only, and that is the main one.
const sandbox: SandboxRpc = Reflect.get(exports, "SandboxEntrypoint");

const request = (script: string, more: Partial<ExecRequest> = {}): ExecRequest => ({
  workspace: { projectId: newId("prj"), workflowId: newId("wf") },
  execId: newId("call"),
  command: { kind: "shell", script },
  limits: EXEC_LIMITS,
  egress: [],
  manifest: [],
  by: { kind: "agent", id: "n1", label: "Builder" },
  ...more,
});
const io = { supply: async () => new Uint8Array() };

describe("exec over RPC", () => {
  it("runs a line end to end", async () => {
    const result = await sandbox.exec(request("echo hello; ls /nope; echo مرحبا | tee a.txt | wc -c; cat a.txt"), io);
    expect(result).toMatchObject({ outcome: "exited", exitCode: 0 });
    expect(result.output).toBe("hello\nls: /nope: No such file or directory\n11\nمرحبا\n");
    expect(result.changed.map(({ path, size }) => [path, size])).toEqual([["a.txt", 11]]);
  });
});
