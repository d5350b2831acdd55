/**
 * A reporter of node:test that appends one JSON line per test to the file NEXUS_TESTS names. Suites are left out: what
 * counts are the tests in them. Runs in the command's own process, so that `node --test` in a shell is counted too.
 */
import { appendFileSync } from "node:fs";
import { relative } from "node:path";

const file = process.env.NEXUS_TESTS;

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    // A file that could not be run is told as a failed test of that name.
    if (data.details?.type === "suite") continue;
    const cause = data.details?.error?.cause ?? data.details?.error;
    const failed = type === "test:fail" && data.todo === undefined;
    const skipped = data.skip !== undefined || data.todo !== undefined;
    const line = {
      name: String(data.name),
      file: data.file === undefined ? "" : relative(process.env.NEXUS_ROOT ?? "/", data.file),
      status: failed ? "failed" : skipped ? "skipped" : "passed",
      message: failed ? String(cause?.message ?? cause ?? "failed").slice(0, 2000) : "",
    };
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
    yield "";
  }
}
