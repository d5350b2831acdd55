import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type {
  ExecIo,
  ExecRequest,
  SandboxRpc,
  TranscriptEntry,
  WorkspaceRef,
} from "../../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS } from "../../port.ts";
import type { Job, JobRunner } from "../files/object-rpc.ts";
import type { SandboxObject } from "../files/sandbox-object.ts";

/* What goes wrong around a command: erasure while it runs, callers that hang, what does not fit a row. */

// The runtime types `exports` and `env` for one Worker of a program only, and that is the main one.
const sandbox: SandboxRpc = Reflect.get(exports, "SandboxEntrypoint");
const objects: DurableObjectNamespace<SandboxObject> = Reflect.get(env, "FILES");

const newWorkspace = (): WorkspaceRef => ({ projectId: newId("prj"), workflowId: newId("wf") });
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
const code = (text: string): ExecRequest["command"] => ({ kind: "code", language: "javascript", code: text });

// The shell is read at the first command: a busy machine takes its time for that.
beforeAll(() => sandbox.exec(request(newWorkspace(), "true"), nothing).then(() => undefined), 90_000);

/** Reads the terminal until a text comes, then goes on reading: gives what ends that. */
async function untilSaid(workspace: WorkspaceRef, text: string): Promise<() => Promise<void>> {
  const reader = (await sandbox.watch(workspace, 0)).getReader();
  const decoder = new TextDecoder();
  for (let all = ""; !all.includes(text); ) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the terminal ended");
    all += decoder.decode(value, { stream: true });
  }
  return () => reader.cancel();
}

/** The terminal's entries until its text holds this. */
async function entriesUntil(workspace: WorkspaceRef, text: string): Promise<TranscriptEntry[]> {
  const reader = (await sandbox.watch(workspace, 0)).getReader();
  const decoder = new TextDecoder();
  let all = "";
  while (!all.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the terminal ended");
    all += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  const whole = all.slice(0, all.lastIndexOf("\n")).split("\n");
  return whole.map((line) => JSON.parse(line) as TranscriptEntry);
}

/** Rows of each table that hold anything of a workspace. */
const rowsOf = ({ projectId, workflowId }: WorkspaceRef): Promise<Record<string, number>> =>
  runInDurableObject(objects.getByName(projectId), (_instance, { storage: { sql } }) => {
    const found: Record<string, number> = {};
    for (const table of ["entries", "contents", "results", "uses", "transcript"]) {
      if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table).toArray().length === 0) continue;
      const only = table === "transcript" ? "AND chars > 0" : "";
      const rows = sql.exec(`SELECT 1 FROM ${table} WHERE workspace = ? ${only}`, workflowId).toArray().length;
      if (rows > 0) found[table] = rows;
    }
    return found;
  });

/** A command as the object gets it, and who would do its work: asked directly, it waits from this moment on. */
const waitingJob = ({ workflowId }: WorkspaceRef): Job => ({
  workflowId,
  execId: newId("call"),
  text: "echo secret",
  by: { kind: "agent", id: "n1", label: "Builder" },
  runtime: "isolate",
  reason: "default",
  manifest: [],
  timeMs: 1000,
});
const idle: JobRunner = {
  supply: async () => new Uint8Array(),
  run: async () => {
    throw new Error("its turn never comes");
  },
  cancel: async () => undefined,
};

describe("a workspace erased while commands run and wait", () => {
  it.each(["its workflow", "its project"])("with %s: nothing of them comes back (NFR-S3.4)", async (which) => {
    const workspace = newWorkspace();
    const running = sandbox.exec(
      request(workspace, "echo secret > s.txt; echo begun-$((1 + 1)); while true; do sleep 0.05; done"),
      nothing,
    );
    const stop = await untilSaid(workspace, "begun-2");
    const object = objects.getByName(workspace.projectId);
    const waits = await runInDurableObject(object, (instance) => ({
      done: instance.exec(waitingJob(workspace), idle),
    }));
    await sandbox.destroy({ ...workspace, workflowId: which === "its project" ? null : workspace.workflowId });
    expect(await running).toMatchObject({ outcome: "cancelled", changed: [] });
    expect(await runInDurableObject(object, () => waits.done)).toMatchObject({ outcome: "cancelled", changed: [] });
    await stop();
    expect(await rowsOf(workspace)).toEqual({});
    await object.putContents(workspace.workflowId, [{ sha256: "0".repeat(64), bytes: bytes("late") }]);
    expect(await rowsOf(workspace)).toEqual({});
  });
});

describe("the terminal of an erased workspace", () => {
  it("counts on, so that who watched it before sees what comes after", async () => {
    const workspace = newWorkspace();
    await sandbox.exec(request(workspace, "echo one"), nothing);
    await sandbox.destroy(workspace);
    await sandbox.exec(request(workspace, "echo two"), nothing);
    const reader = (await sandbox.watch(workspace, 3)).getReader();
    const { value } = await reader.read();
    expect(JSON.parse(new TextDecoder().decode(value).split("\n")[0] ?? "")).toMatchObject({ seq: 4, kind: "command" });
    await reader.cancel();
  });
});

describe("files a person removed in the terminal", () => {
  it("stay removed for persons until there is a newer version; agents' steps have them", async () => {
    const workspace = newWorkspace();
    const by = { kind: "user", id: "usr_1", label: "Mona" } as const;
    const io: ExecIo = { supply: async (path) => bytes(path) };
    const run = async (script: string, version: string, more: Partial<ExecRequest> = {}) => {
      const manifest = ["a/x.txt", "b.txt"].map((path) => ({ path, size: 5, version }));
      return (await sandbox.exec(request(workspace, script, { manifest, ...more }), io)).output;
    };
    await run("rm -r a b.txt; mkdir b.txt; echo mine > b.txt/c", "v1", { by });
    expect(await run("find . -type f", "v1", { by })).toBe("./b.txt/c\n");
    expect(await run("cat a/x.txt", "v2", { by })).toBe("a/x.txt");
    await run("rm -r a", "v2", { by });
    expect(await run("cat a/x.txt", "v2")).toBe("a/x.txt");
  });
});

describe("a caller that gives no file it promised", () => {
  it("is not waited for when the command is cancelled, and the next one runs", async () => {
    const workspace = newWorkspace();
    const asked = Promise.withResolvers<void>();
    const hangs: ExecIo = {
      supply: () => {
        asked.resolve();
        return new Promise(() => undefined);
      },
    };
    const first = request(workspace, "echo ran", { manifest: [{ path: "a.txt", size: 1, version: "v" }] });
    const running = sandbox.exec(first, hangs);
    await asked.promise;
    await sandbox.cancel(workspace, first.execId);
    expect(await running).toMatchObject({ outcome: "cancelled", output: "" });
    expect(await sandbox.exec(request(workspace, "echo next"), nothing)).toMatchObject({ output: "next\n" });
  });
});

describe("a word to end a command that overtakes the command", () => {
  it("ends it all the same, and no other", async () => {
    const workspace = newWorkspace();
    const late = request(workspace, "echo ran > a.txt");
    await sandbox.cancel(workspace, late.execId);
    expect(await sandbox.exec(late, nothing)).toMatchObject({ outcome: "cancelled", changed: [] });
    expect(await sandbox.exec(request(workspace, "ls"), nothing)).toMatchObject({ outcome: "exited", output: "" });
  });
});

describe("what does not fit a row", () => {
  it.each([0, 1])("a long output is remembered letter by letter, wherever it is split (%d)", async (shift) => {
    const once = request(newWorkspace(), "", {
      command: code(`console.log("x".repeat(${shift}) + "😀".repeat(300_000))`),
    });
    const first = await sandbox.exec(once, nothing);
    expect(first.output).toHaveLength(600_001 + shift);
    const again = await sandbox.exec(once, nothing);
    expect(again.output === first.output).toBe(true);
  });

  it("code of megabytes runs; the terminal shows its beginning", async () => {
    const workspace = newWorkspace();
    const long = `console.log(1 + 1);\n// ${"ب".repeat(3_000_000)}`;
    const result = await sandbox.exec(request(workspace, "", { command: code(long) }), nothing);
    expect(result).toMatchObject({ outcome: "exited", output: "2\n" });
    const longest = await runInDurableObject(
      objects.getByName(workspace.projectId),
      (_instance, { storage: { sql } }) =>
        sql.exec<{ bytes: number }>("SELECT max(octet_length(entry)) AS bytes FROM transcript").one().bytes,
    );
    // A deployed object takes rows of 2 MB; this one more.
    expect(longest).toBeLessThan(1_000_000);
  });
});

describe("names nobody can use", () => {
  it("half a letter is no name", async () => {
    const workspace = newWorkspace();
    await sandbox.writeFile(workspace, "a.js", bytes(`require("node:fs").writeFileSync("\\ud83d", "1");`));
    const result = await sandbox.exec(request(workspace, "node a.js"), nothing);
    expect(result.output).toContain("ENAMETOOLONG");
    expect(await sandbox.list(workspace, "")).toMatchObject({ ok: true, value: [{ path: "a.js" }] });
  });
});

describe("what is refused before it runs", () => {
  it.each([
    ["a.txt", "is a file"],
    ["a.txt/b", "lies in a file"],
  ])("FR-14.3: says plainly that a command's folder %s %s, not that it might go another time", async (cwd, words) => {
    const workspace = newWorkspace();
    await sandbox.writeFile(workspace, "a.txt", bytes("a"));
    const result = await sandbox.exec(request(workspace, "pwd", { cwd }), nothing);
    expect(result).toMatchObject({ outcome: "unavailable", changed: [] });
    expect(result.problem).toContain(`its folder ${cwd} ${words}`);
  });

  it.each<[string, Partial<ExecRequest>, string, "absent" | "invalid"]>([
    ["needs a container", {}, "Python is not available in this deployment", "absent"],
    ["is asked for wrongly", { cwd: "/etc" }, "its folder is outside of /workspace", "invalid"],
    ["names too many hosts", { egress: Array(101).fill("a.example") }, "The command was not run", "invalid"],
  ])("FR-14.3: says so in the terminal, once, where a command %s", async (_what, more, sentence, why) => {
    const workspace = newWorkspace();
    const refused = request(workspace, "python3 x.py", more);
    const results = [await sandbox.exec(refused, nothing), await sandbox.exec(refused, nothing)];
    for (const { outcome, problem } of results) {
      expect(outcome).toBe("unavailable");
      expect(problem).toContain(sentence);
    }
    await sandbox.exec(request(workspace, "echo after"), nothing);
    const all = await entriesUntil(workspace, "after\\n");
    const { execId } = refused;
    expect(all.filter((one) => one.execId === execId)).toMatchObject([
      { kind: "command", text: "python3 x.py", by: { label: "Builder" }, runtime: "isolate" },
      { kind: "output", text: `${results[0]?.problem}\n` },
      { kind: "end", outcome: "unavailable", exitCode: null, why },
    ]);
  });
});
