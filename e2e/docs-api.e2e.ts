import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);

test("the commands of docs/api.md lead a new user from sign-up to downloaded results", async () => {
  const doc = readFileSync(new URL("../docs/api.md", import.meta.url), "utf8");
  const blocks = [...doc.matchAll(/^```bash\n(.*?)^```/gms)].map((match) => match[1]);
  expect(blocks.length).toBeGreaterThan(5);
  const folder = mkdtempSync(join(tmpdir(), "nexus-docs-"));
  try {
    const script = ["set -euo pipefail", ...blocks].join("\n");
    const { stdout } = await run("bash", ["-c", script], {
      cwd: folder,
      env: { ...process.env, BASE: inject("baseUrl") },
      timeout: 90_000,
    });
    expect(stdout).toContain("completed");
    const made = readdirSync(folder).filter((name) => name !== "invoices.csv" && name !== "jar");
    const texts = made.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    // Al Noor in January, Gulf Trading in January: 50.125 + 7.005.
    expect(texts).toContain("1234.500");
    expect(texts).toContain("57.130");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
