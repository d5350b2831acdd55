/** A realistic small program: it reconciles invoices with payments, two CSV files with Arabic text, and has tests. */
export const RECONCILE: Readonly<Record<string, string>> = {
  "package.json": `{ "name": "reconcile", "type": "module", "scripts": { "test": "node --test" } }`,
  "data/invoices.csv": `invoice,client,amount\nINV-1,شركة النور,100.250\nINV-2,"متجر ""الأمل"", الكويت",75.500\nINV-3,Al Salam,20.000\nINV-4,شركة النور,5.125\n`,
  "data/payments.csv": `invoice,paid,date\nINV-1,100.250,2026-03-01\nINV-2,70.000,2026-03-02\nINV-2,5.500,2026-03-09\nINV-4,6.000,2026-03-10\nINV-9,1.000,2026-03-11\n`,
  "src/csv.js": `/** RFC 4180 text as objects by column name. */
export function parseCsv(text) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { cell += '"'; i++; } else if (c === '"') quoted = false; else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === ",") { row.push(cell); cell = ""; }
    else if (c === "\\n") { row.push(cell); rows.push(row); row = []; cell = ""; }
    else if (c !== "\\r") cell += c;
  }
  if (quoted) throw new SyntaxError("quote not closed");
  if (cell !== "" || row.length > 0) { row.push(cell); rows.push(row); }
  const [header = [], ...body] = rows;
  return body.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""])));
}
`,
  "src/fils.ts": `/** Thousandths, so that money is never added as floating point. */
export type Fils = bigint;
export function toFils(text: string): Fils {
  const match: RegExpExecArray | null = /^(\\d+)\\.(\\d{3})$/.exec(text);
  if (match === null) throw new RangeError(\`not an amount: \${text}\`);
  return BigInt(match[1]! + match[2]!);
}
export const show = (fils: Fils): string => \`\${fils / 1000n}.\${String(fils % 1000n).padStart(3, "0")}\`;
`,
  "src/reconcile.js": `import { show, toFils } from "./fils.ts";

export function reconcile(invoices, payments) {
  const paid = new Map();
  for (const { invoice, paid: amount } of payments) paid.set(invoice, (paid.get(invoice) ?? 0n) + toFils(amount));
  const lines = invoices.map(({ invoice, client, amount }) => {
    const due = toFils(amount), got = paid.get(invoice) ?? 0n;
    paid.delete(invoice);
    const status = got === due ? "مدفوعة" : got === 0n ? "غير مدفوعة" : got < due ? "ناقصة" : "زائدة";
    return { invoice, client, due: show(due), paid: show(got), status };
  });
  return { lines, unknown: [...paid.keys()] };
}
`,
  "main.js": `import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseCsv } from "./src/csv.js";
import { reconcile } from "./src/reconcile.js";

const { values } = parseArgs({ options: { out: { type: "string", default: "out/report.json" }, quiet: { type: "boolean", short: "q" } } });
const here = path.dirname(fileURLToPath(import.meta.url));
const read = async (name) => parseCsv(await readFile(path.join(here, "data", name), "utf8"));
const [invoices, payments] = await Promise.all([read("invoices.csv"), read("payments.csv")]);
const result = reconcile(invoices, payments);
await mkdir(path.dirname(values.out), { recursive: true });
await writeFile(values.out, JSON.stringify(result, null, 2));
if (!values.quiet) {
  console.table(result.lines);
  console.log("unknown payments:", result.unknown);
  console.log(Object.groupBy(result.lines, (line) => line.status));
}
process.exitCode = result.unknown.length > 0 ? 2 : 0;
`,
  "test/csv.test.js": `import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseCsv } from "../src/csv.js";

describe("parseCsv", () => {
  it("reads quotes and Arabic", () => {
    const rows = parseCsv(readFileSync(new URL("../data/invoices.csv", import.meta.url), "utf8"));
    assert.equal(rows.length, 4);
    assert.deepEqual(rows[1], { invoice: "INV-2", client: 'متجر "الأمل"، الكويت'.replace("،", ","), amount: "75.500" });
  });
  it("refuses an open quote", () => assert.throws(() => parseCsv('a\\n"b'), { name: "SyntaxError", message: /quote/ }));
  it.todo("reads other encodings");
});
`,
  "test/reconcile.test.js": `import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { reconcile } from "../src/reconcile.js";

describe("reconcile", () => {
  let invoices;
  beforeEach(() => { invoices = [{ invoice: "A", client: "ع", amount: "1.000" }]; });
  const statusOf = (...paid) => reconcile(invoices, paid.map((p) => ({ invoice: "A", paid: p }))).lines[0].status;
  test("every status", async (t) => {
    for (const [paid, status] of [[["1.000"], "مدفوعة"], [[], "غير مدفوعة"], [["0.400", "0.500"], "ناقصة"], [["2.000"], "زائدة"]]) {
      await t.test(status, () => assert.equal(statusOf(...paid), status));
    }
  });
  test("unknown payments", () => assert.deepEqual(reconcile([], [{ invoice: "X", paid: "1.000" }]).unknown, ["X"]));
  test("amounts are exact", () => assert.equal(reconcile([{ invoice: "A", client: "", amount: "0.300" }], [{ invoice: "A", paid: "0.100" }, { invoice: "A", paid: "0.200" }]).lines[0].status, "مدفوعة"));
  test("wrong amounts", async () => { await assert.rejects(async () => statusOf("1,5"), RangeError); });
  test("rounding to fils", { skip: "not decided" }, () => {});
  test("a known bug", () => assert.equal(statusOf("1.001"), "مدفوعة"));
});
`,
};
