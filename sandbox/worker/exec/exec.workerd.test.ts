import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type {
  ExecIo,
  ExecRequest,
  ExecResult,
  SandboxRpc,
  TranscriptEntry,
  WorkspaceRef,
} from "../../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS } from "../../port.ts";
import type { SandboxObject } from "../files/sandbox-object.ts";

// The runtime types `exports` and `env` for one Worker of a program only, and that is the main one.
const sandbox: SandboxRpc = Reflect.get(exports, "SandboxEntrypoint");
const objects: DurableObjectNamespace<SandboxObject> = Reflect.get(env, "FILES");

const newWorkspace = (projectId = newId("prj")): WorkspaceRef => ({ projectId, workflowId: newId("wf") });
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const nothing: ExecIo = {
  supply: async () => {
    throw new Error("nothing to supply");
  },
};

const request = (workspace: WorkspaceRef, script: string, more: Partial<ExecRequest> = {}): ExecRequest => ({
  workspace,
  execId: newId("call"),
  command: { kind: "shell", script },
  limits: EXEC_LIMITS,
  egress: [],
  manifest: [],
  by: { kind: "agent", id: "n1", label: "Builder" },
  ...more,
});
const shell = (workspace: WorkspaceRef, script: string, more: Partial<ExecRequest> = {}): Promise<ExecResult> =>
  sandbox.exec(request(workspace, script, more), nothing);

/** Reads entries until `enough` says so. */
async function watched(
  workspace: WorkspaceRef,
  since: number,
  enough: (entries: TranscriptEntry[]) => boolean,
): Promise<TranscriptEntry[]> {
  const reader = (await sandbox.watch(workspace, since)).getReader();
  const decoder = new TextDecoder();
  const entries: TranscriptEntry[] = [];
  let rest = "";
  while (!enough(entries)) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    entries.push(...lines.map((line) => JSON.parse(line) as TranscriptEntry));
  }
  await reader.cancel();
  return entries;
}

describe("exec over RPC", () => {
  it("runs a line end to end and answers with the files it wrote", async () => {
    const result = await shell(newWorkspace(), "echo hello; ls /nope; echo مرحبا | tee a.txt | wc -c; cat a.txt");
    expect(result).toMatchObject({ outcome: "exited", exitCode: 0, report: { runtime: "isolate", reason: "default" } });
    expect(result.output).toBe("hello\nls: /nope: No such file or directory\n11\nمرحبا\n");
    expect(result.changed.map(({ path, size }) => [path, size])).toEqual([["a.txt", 11]]);
    expect(text(result.changed[0]?.bytes)).toBe("مرحبا\n");
  });

  it("keeps files from one command to the next, also links, modes and /tmp", async () => {
    const workspace = newWorkspace();
    await shell(workspace, "mkdir -p a/b; echo 1 > a/b/c; ln -s a/b l; chmod 600 a/b/c; echo t > /tmp/t");
    const result = await shell(workspace, "cat l/c /tmp/t; stat -c %a a/b/c; mv a z");
    expect(result.output).toBe("1\nt\n600\n");
    expect(result.changed.map(({ path }) => path)).toEqual(["z/b/c"]);
    expect(result.removed).toEqual(["a/b/c"]);
    expect(text(result.changed[0]?.bytes)).toBe("1\n");
  });

  it("fetches what the manifest names and it lacks, once per version", async () => {
    const workspace = newWorkspace();
    const asked: string[] = [];
    const io = (content: string): ExecIo => ({
      supply: async (path) => {
        asked.push(path);
        return bytes(content);
      },
    });
    const manifest = (version: string) => [{ path: "data/in.csv", size: 2, version }];
    const first = await sandbox.exec(request(workspace, "cat data/in.csv", { manifest: manifest("v1") }), io("one"));
    expect(first).toMatchObject({ output: "one", read: ["data/in.csv"], changed: [] });
    await sandbox.exec(request(workspace, "true", { manifest: manifest("v1") }), io("never"));
    const third = await sandbox.exec(request(workspace, "cat data/in.csv", { manifest: manifest("v2") }), io("two"));
    expect(third.output).toBe("two");
    expect(asked).toEqual(["data/in.csv", "data/in.csv"]);
  });

  it("gives an agent's step the manifest's content again after another step changed it, by hash without a fetch", async () => {
    const workspace = newWorkspace();
    const supply: ExecIo = { supply: async () => bytes("original") };
    const manifest = [{ path: "a.txt", size: 8, version: "art_1" }];
    const changed = await sandbox.exec(request(workspace, "echo changed > a.txt", { manifest }), supply);
    const sha256 = changed.changed[0]?.sha256 ?? "";
    const known = await shell(workspace, "cat a.txt", { manifest: [{ path: "a.txt", size: 8, version: sha256 }] });
    expect(known.output).toBe("changed\n");
    const again = await sandbox.exec(request(workspace, "cat a.txt", { manifest }), supply);
    expect(again.output).toBe("original");
  });

  it("leaves what a person changed in the terminal until the manifest has a newer version", async () => {
    const workspace = newWorkspace();
    const supply: ExecIo = { supply: async (path) => bytes(path) };
    const manifest = [{ path: "a.txt", size: 5, version: "v1" }];
    const by = { kind: "user", id: "usr_1", label: "Mona" } as const;
    await sandbox.exec(request(workspace, "echo mine > a.txt", { manifest, by }), supply);
    expect((await sandbox.exec(request(workspace, "cat a.txt", { manifest }), supply)).output).toBe("mine\n");
  });

  it("says when a file could not be brought, and runs nothing", async () => {
    const result = await shell(newWorkspace(), "echo ran", { manifest: [{ path: "x.txt", size: 1, version: "v" }] });
    expect(result).toMatchObject({ outcome: "unavailable", exitCode: null, output: "" });
    expect(result.problem).toContain("x.txt");
  });

  it("answers the same execId with the result of the first time", async () => {
    const workspace = newWorkspace();
    const once = request(workspace, "echo x >> log.txt; cat log.txt; echo $RANDOM$RANDOM$RANDOM");
    const first = await sandbox.exec(once, nothing);
    const second = await sandbox.exec(once, nothing);
    expect(second).toEqual(first);
    expect((await shell(workspace, "wc -l < log.txt | tr -d ' '")).output).toBe("1\n");
  });

  it("joins a command that is still running", async () => {
    const workspace = newWorkspace();
    const once = request(workspace, "echo x >> log.txt; sleep 0.2; cat log.txt");
    const [first, second] = await Promise.all([sandbox.exec(once, nothing), sandbox.exec(once, nothing)]);
    expect(first.output).toBe("x\n");
    expect(second).toEqual(first);
  });

  it("runs one command at a time per workspace, in the order they came, and workspaces beside each other", async () => {
    const workspace = newWorkspace();
    const other = newWorkspace(workspace.projectId);
    const slow = shell(workspace, "sleep 0.3; echo 1 >> order; date +%s%N > /dev/null");
    const next = shell(workspace, "echo 2 >> order; cat order");
    const beside = shell(other, "echo beside");
    expect((await beside).output).toBe("beside\n");
    expect((await next).output).toBe("1\n2\n");
    await slow;
  });

  it("cancels a running command and one that waits", async () => {
    const workspace = newWorkspace();
    const running = request(workspace, "echo begun; while true; do sleep 0.05; done");
    const waiting = request(workspace, "echo never > n.txt");
    const first = sandbox.exec(running, nothing);
    await watched(workspace, 0, (entries) => entries.some(({ kind }) => kind === "output"));
    const second = sandbox.exec(waiting, nothing);
    await sandbox.cancel(workspace, waiting.execId);
    await sandbox.cancel(workspace, running.execId);
    expect(await first).toMatchObject({ outcome: "cancelled", exitCode: null, output: "begun\n" });
    expect(await second).toMatchObject({ outcome: "cancelled", output: "" });
    expect((await shell(workspace, "ls")).output).toBe("");
    await sandbox.cancel(workspace, newId("call"));
  });

  it("leaves the files as they were when a command was ended, and runs the next", async () => {
    const workspace = newWorkspace();
    await shell(workspace, "echo before > a.txt");
    const limits = { ...EXEC_LIMITS, timeMs: 200 };
    const ended = await shell(workspace, "echo after > a.txt; while true; do :; done", { limits });
    expect(ended).toMatchObject({ outcome: "timeout", changed: [], report: { outcome: "timeout" } });
    expect((await shell(workspace, "cat a.txt")).output).toBe("before\n");
  });

  it("stores files of many megabytes and gives them by readFile where the answer has no room", async () => {
    const workspace = newWorkspace();
    const result = await shell(
      workspace,
      "printf '%011000000d' 0 > a; cp a b; cp a c; echo 1 >> b; echo 2 >> c; wc -c a",
    );
    expect(result.output).toBe("11000000 a\n");
    const inlined = result.changed.filter((file) => file.bytes !== undefined);
    expect([result.changed.length, inlined.length]).toEqual([3, 2]);
    const missing = result.changed.find((file) => file.bytes === undefined)?.path ?? "";
    const read = await sandbox.readFile(workspace, missing);
    expect(read.ok && read.value.length).toBeGreaterThanOrEqual(11_000_000);
  });

  it("runs tests and reports them", async () => {
    const workspace = newWorkspace();
    await sandbox.writeFile(workspace, "a.test.js", bytes('import test from "node:test";\ntest("ok", () => {});\n'));
    const result = await sandbox.exec(request(workspace, "", { command: { kind: "tests", paths: [] } }), nothing);
    expect(result).toMatchObject({ exitCode: 0, tests: { passed: 1, failed: 0 }, report: { tests: { passed: 1 } } });
  });

  it("says plainly what to do where a container would be needed and there is none", async () => {
    const result = await shell(newWorkspace(), "pip install pandas && python3 x.py");
    expect(result).toMatchObject({ outcome: "unavailable", report: { reason: "absent" } });
    expect(result.problem).toContain("JavaScript");
    expect(await sandbox.runtimes()).toEqual(["isolate"]);
  });

  it.each<[string, (good: ExecRequest) => unknown]>([
    ["another form of project id", (good) => ({ ...good, workspace: { ...good.workspace, projectId: "../prj" } })],
    [
      "another form of workflow id",
      (good) => ({ ...good, workspace: { ...good.workspace, workflowId: "wf_1 OR 1=1" } }),
    ],
    ["an execId of another form", (good) => ({ ...good, execId: "a b\n" })],
    ["NUL in a path", (good) => ({ ...good, manifest: [{ path: "a\0b", size: 1, version: "1" }] })],
    ["a folder outside", (good) => ({ ...good, cwd: "/etc" })],
    ["a script of many megabytes", (good) => ({ ...good, command: { kind: "shell", script: "x".repeat(3_000_000) } })],
    ["limits beyond all", (good) => ({ ...good, limits: { ...good.limits, timeMs: 1e12 } })],
    ["polluted prototypes", (good) => JSON.parse(`{"__proto__":{"polluted":1},"execId":"${good.execId}"}`)],
    ["no command", (good) => ({ ...good, command: { kind: "__proto__" } })],
    ["nothing at all", () => null],
  ])("answers a request with %s instead of throwing", async (_what, change) => {
    // SAFETY: the test hands over what the type forbids, as a careless caller would.
    const bad = change(request(newWorkspace(), "echo ran")) as ExecRequest;
    const result = await sandbox.exec(bad, nothing);
    expect(result).toMatchObject({ outcome: "unavailable", exitCode: null, output: "", changed: [] });
    expect(result.problem).toMatch(/^The command was not run/);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("the terminal", () => {
  it("shows commands, their output while it comes, and their ends", async () => {
    const workspace = newWorkspace();
    const running = shell(workspace, "echo one; sleep 0.5; echo two; exit 3");
    const live = await watched(workspace, 0, (entries) => entries.some(({ kind }) => kind === "output"));
    expect(live.map(({ kind }) => kind)).toEqual(["command", "output"]);
    await running;
    const all = await watched(workspace, 0, (entries) => entries.some(({ kind }) => kind === "end"));
    expect(all).toMatchObject([
      { seq: 1, kind: "command", by: { kind: "agent", label: "Builder" }, runtime: "isolate" },
      { seq: 2, kind: "output", text: "one\n" },
      { seq: 3, kind: "output", text: "two\n" },
      { seq: 4, kind: "end", outcome: "exited", exitCode: 3 },
    ]);
    expect(await watched(workspace, 3, (entries) => entries.length === 1)).toMatchObject([{ seq: 4, kind: "end" }]);
  });
});

describe("the files of a workspace", () => {
  it("can be listed, read, written, moved, removed and archived beside commands", async () => {
    const workspace = newWorkspace();
    await sandbox.writeFile(workspace, "site/index.html", bytes("<h1>"));
    expect((await shell(workspace, "cat site/index.html; echo x > y")).output).toBe("<h1>");
    expect(await sandbox.list(workspace, "", { recursive: true })).toMatchObject({
      ok: true,
      value: [{ path: "site" }, { path: "site/index.html", size: 4 }, { path: "y" }],
    });
    expect(await sandbox.move(workspace, "y", "site/y")).toMatchObject({ ok: true });
    expect(await sandbox.stat(workspace, "site/y")).toMatchObject({ ok: true, value: { kind: "file", size: 2 } });
    const zip = await sandbox.archive(workspace, "site");
    expect(zip.ok && (await new Response(zip.value).arrayBuffer()).byteLength).toBeGreaterThan(100);
    expect(await sandbox.remove(workspace, "site")).toMatchObject({ ok: true });
    expect(await sandbox.readFile(workspace, "site/y")).toMatchObject({ ok: false, error: { problem: "not_found" } });
  });

  it("are another workflow's as little as another project's", async () => {
    const mine = newWorkspace();
    const theirs = newWorkspace(mine.projectId);
    await shell(theirs, "echo secret > s.txt; echo scratch > /tmp/s.txt");
    const probe = `cat s.txt /tmp/s.txt ../s.txt ../${theirs.workflowId}/s.txt /${theirs.workflowId}/s.txt; ls / /tmp ..; ln -s /${theirs.workflowId} l; cat l/s.txt`;
    const { output } = await shell(mine, probe);
    expect(output).not.toMatch(/secret|scratch/);
    for (const workflowId of ["", "..", `${mine.workflowId}/../${theirs.workflowId}`, "%"]) {
      const answer = await sandbox.readFile({ ...mine, workflowId }, "s.txt");
      expect(answer).toMatchObject({ ok: false, error: { problem: "bad_path" } });
    }
  });

  it("go with the workspace, or with the project", async () => {
    const one = newWorkspace();
    const two = newWorkspace(one.projectId);
    for (const workspace of [one, two]) await shell(workspace, "echo kept > k.txt");
    await sandbox.destroy(one);
    expect((await shell(one, "ls")).output).toBe("");
    expect((await shell(two, "cat k.txt")).output).toBe("kept\n");
    await sandbox.destroy({ projectId: one.projectId, workflowId: null });
    expect((await shell(two, "ls")).output).toBe("");
  });

  it("are erased after a week without use", async () => {
    const workspace = newWorkspace();
    await shell(workspace, "echo kept > k.txt");
    const object = objects.getByName(workspace.projectId);
    await runDurableObjectAlarm(object);
    expect((await sandbox.stat(workspace, "k.txt")).ok).toBe(true);
    await runInDurableObject(object, (_instance, state) => {
      state.storage.sql.exec("UPDATE uses SET at = at - ?", 8 * 24 * 60 * 60 * 1000);
    });
    await runDurableObjectAlarm(object);
    expect((await sandbox.stat(workspace, "k.txt")).ok).toBe(false);
  });
});
