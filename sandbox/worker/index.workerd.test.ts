import { exports } from "cloudflare:workers";
import { strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import type { SandboxRpc } from "../../shared/protocol/sandbox-rpc.ts";
import { RUN_CODE_LIMITS } from "../port.ts";

// The runtime types `exports` for one Worker of a program only, and that is the main one.
const sandbox: SandboxRpc = Reflect.get(exports, "SandboxEntrypoint");
const http: Fetcher = Reflect.get(exports, "default");

describe("the sandbox Worker over RPC", () => {
  it("answers its health check and nothing else over HTTP", async () => {
    expect((await http.fetch("http://sandbox/health")).status).toBe(200);
    expect((await http.fetch("http://sandbox/")).status).toBe(404);
  });

  it("runs code on a parsed file within the default limits", async () => {
    const parsed = await sandbox.parseFile({
      fileId: "fil_1",
      name: "t.csv",
      bytes: strToU8("client,amount\nAli,0.1\nAli,0.2\n"),
    });
    if (!parsed.ok) throw new Error(parsed.error.problem);
    const result = await sandbox.runCode({
      code: `const { rows } = files.readTable("t.csv");
        files.write("sum.txt", rows.reduce((sum, row) => sum.plus(nexus.number(row[1])), new Big(0)).toFixed());`,
      files: parsed.value.derived,
      limits: RUN_CODE_LIMITS,
    });
    expect(result.failure).toBeNull();
    expect(result.written.map((file) => [file.path, new TextDecoder().decode(file.bytes)])).toEqual([
      ["sum.txt", "0.3"],
    ]);
  });

  it("counts tokens as o200k_base, special ones as plain text", async () => {
    expect(await sandbox.countTokens(["", "hello world", "مرحبا بالعالم", "<|endoftext|>"])).toEqual([0, 2, 4, 7]);
  });

  it("counts hostile texts in time", async () => {
    const [run = 0, long = 0] = await sandbox.countTokens(["a".repeat(300_000), "word ".repeat(400_000)]);
    expect(run).toBeGreaterThan(30_000);
    expect(long).toBeGreaterThan(300_000);
  });
});
