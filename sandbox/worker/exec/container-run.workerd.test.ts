import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type { ExecRequest } from "../../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS, type Sandbox } from "../../port.ts";
import { egressFor } from "../egress/provide.ts";
import type { SandboxObject } from "../files/sandbox-object.ts";
import { IsolateSandbox } from "./isolate-sandbox.ts";
import { runExec } from "./run-exec.ts";

// The runtime types `env` for one Worker of a program only, and that is the main one.
const objects: DurableObjectNamespace<SandboxObject> = Reflect.get(env, "FILES");
const parts = (container: Sandbox | null) => ({
  objectOf: (projectId: string) => objects.getByName(projectId),
  egressFor: egressFor({}),
  containerOf: container === null ? null : () => container,
});
const request = (workspace: ExecRequest["workspace"], script: string): ExecRequest => ({
  workspace,
  execId: newId("call"),
  command: { kind: "shell", script },
  limits: EXEC_LIMITS,
  egress: [],
  manifest: [],
  by: { kind: "agent", id: "n1", label: "Builder" },
});
const io = { supply: async () => new Uint8Array() };

/** Any sandbox may stand for the container: what is held here is what happens around it. */
const standIn = (more: Partial<Sandbox> = {}): Sandbox => {
  const inner = new IsolateSandbox(egressFor({}));
  return {
    runtime: "container",
    files: inner.files,
    start: () => inner.start(),
    exec: (exec, running) => inner.exec(exec, running),
    snapshot: () => inner.snapshot(),
    restore: (snapshot) => inner.restore(snapshot),
    destroy: () => inner.destroy(),
    ...more,
  };
};

describe("commands in a container", () => {
  it("find the workspace's files there, and leave theirs in the workspace", async () => {
    const workspace = { projectId: newId("prj"), workflowId: newId("wf") };
    await runExec(request(workspace, "mkdir src; echo 1 > src/a; echo old > old; ln -s src/a l"), io, parts(null));
    const container = standIn();
    const script = "cat src/a; echo 2 > src/b; rm old; git --version || true";
    const result = await runExec(request(workspace, script), io, parts(container));
    expect(result).toMatchObject({ outcome: "exited", report: { runtime: "container", reason: "git" } });
    expect(result.output).toMatch(/^1\n/);
    expect(result.changed.map(({ path }) => path)).toEqual(["src/b"]);
    expect(result.removed).toEqual(["old"]);
    expect((await runExec(request(workspace, "cat src/b l; ls"), io, parts(null))).output).toBe("2\n1\nl\nsrc\n");
  });

  it("say so when the container does not start, and may be asked again under the same id", async () => {
    const workspace = { projectId: newId("prj"), workflowId: newId("wf") };
    const asked = request(workspace, "python3 x.py || echo ran");
    const broken = standIn({
      restore: async () => {
        throw new Error("docker: no such socket /var/run/docker.sock");
      },
    });
    const result = await runExec(asked, io, parts(broken));
    expect(result).toMatchObject({ outcome: "unavailable", report: { runtime: "container", reason: "python" } });
    expect(result.problem).not.toContain("docker");
    expect(await runExec(asked, io, parts(standIn()))).toMatchObject({ outcome: "exited", exitCode: 0 });
  });

  it("keep nothing of what is more than the workspace may hold", async () => {
    const workspace = { projectId: newId("prj"), workflowId: newId("wf") };
    const huge = standIn({
      snapshot: async () => ({
        files: Array.from({ length: 5_001 }, (_, index) => ({ path: `f${index}`, bytes: new Uint8Array(1) })),
        folders: [],
      }),
    });
    const result = await runExec(request(workspace, "git init || true"), io, parts(huge));
    expect(result).toMatchObject({ outcome: "files", exitCode: null, changed: [] });
    expect((await runExec(request(workspace, "ls"), io, parts(null))).output).toBe("");
  });
});
