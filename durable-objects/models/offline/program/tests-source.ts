import { js } from "../building/guest-code.ts";
import { pick } from "../labels.ts";
import type { Lang } from "../spec.ts";
import type { ReconcileSpec } from "./spec.ts";

/** reconcile.test.mjs: what the program must do; with files, also that their own values can be read. */
export function testsSource(spec: ReconcileSpec, lang: Lang): string {
  // The titles are read as proof: they stand in the person's language.
  const tests =
    lang === "en"
      ? TESTS
      : TESTS.replace(/^test\("(.*)", \(\) => \{$/gm, (line, title: string) =>
          line.replace(title, ARABIC[title] ?? title),
        );
  return `${tests}${spec.files === null ? "" : ownTests(spec, lang)}`;
}

/** Whether a run's output tells of the test that {@link testsSource} adds for the person's own files. */
export const tellsOfOwnTest = (output: string): boolean =>
  /are read in their own formats|تُقرأ قيم .* بصيغها/.test(output);

const ARABIC: Readonly<Record<string, string>> = {
  "CSV: quotes, commas and line breaks inside values": "ملفات CSV: علامات الاقتباس والفواصل والأسطر داخل القيم",
  "CSV: byte order mark, CRLF, empty lines, missing values":
    "ملفات CSV: علامة الترميز وأسطر Windows والأسطر الفارغة والقيم الناقصة",
  "CSV: semicolons and tabs are found, also beside quoted commas":
    "ملفات CSV: الفاصلة المنقوطة والجدولة، ولو جاورت فواصل مقتبسة",
  "CSV: a quotation mark that is not closed is an error, not a lost file":
    "ملفات CSV: علامة اقتباس غير مغلقة خطأ واضح لا ملف ضائع",
  "Amounts: thousands marks, currencies, signs, parentheses": "المبالغ: فواصل الآلاف والعملات والإشارات والأقواس",
  "Amounts: Arabic digits and marks": "المبالغ: الأرقام والفواصل العربية",
  "Amounts: decimal comma, and what three digits behind a comma mean":
    "المبالغ: الفاصلة العشرية ومعنى ثلاثة أرقام بعدها",
  "Amounts: what is no amount stays unread": "المبالغ: ما ليس مبلغًا لا يُقرأ",
  "Amounts are exact where floating point is not": "المبالغ دقيقة حيث تخطئ الأعداد العائمة",
  "Dates: three orders, month names, Arabic digits, impossible days":
    "التواريخ: ثلاثة ترتيبات وأسماء الشهور والأرقام العربية والأيام المستحيلة",
  "Keys: spaces, case, digits and spellings that mean the same":
    "المفاتيح: المسافات وحالة الأحرف والأرقام وصور الكتابة المتماثلة",
  "Matched, different, and missing on either side": "المتطابق والمختلف والناقص في أي ملف",
  "Tolerance: a difference up to it counts as equal, one above it does not": "السماح: الفرق ضمنه تطابق، وفوقه اختلاف",
  "Duplicates: equal rows are paired first, the rest is left over, the key is listed":
    "المكرر: تُقابَل الصفوف المتساوية أولًا، ويبقى الباقي، ويُذكر المفتاح",
  "A value that cannot be read never counts as equal, and is listed":
    "القيمة التي تعذرت قراءتها لا تُحسب متطابقة، وتُذكر",
  "Two key columns, other names on the other side, dates some days apart":
    "مفتاح من عمودين، وأسماء أخرى في الملف الآخر، وتواريخ متقاربة",
  "Every row is accounted for once, and the totals follow": "كل صف محسوب مرة واحدة، والإجماليات تتبعه",
  "Result files can be read back": "ملفات النتائج تُقرأ من جديد",
  "Command line: writes the files, gives the figures, and says what is wrong":
    "سطر الأوامر: يكتب الملفات ويذكر الأرقام ويقول ما الخطأ",
};

const TESTS = String.raw`import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf, findDelimiter, formatAmount, keyOf, main, parseAmount, parseCsv, parseDate, reconcile, resultFiles, toCsv } from "./reconcile.mjs";

const table = (text) => parseCsv(text);
const amount = (text, decimal) => {
  const found = parseAmount(text, decimal);
  return found === null ? null : formatAmount(found.units, found.places);
};
const run = (left, right, options) => reconcile(table(left), table(right), { keys: [["id", "id"]], amounts: [["amount", "amount"]], ...options });
const counts = (result) => [result.matched, result.different, result.onlyLeft, result.onlyRight].map((one) => one.length);

test("CSV: quotes, commas and line breaks inside values", () => {
  const { columns, rows } = table('id,note\n1,"a, ""b""\nc"\n2,d\n');
  assert.deepEqual(columns, ["id", "note"]);
  assert.deepEqual(rows.map((row) => row.values), [["1", 'a, "b"\nc'], ["2", "d"]]);
  assert.equal(rows[1].line, 4);
});

test("CSV: byte order mark, CRLF, empty lines, missing values", () => {
  const { columns, rows } = table("\ufeffid,amount\r\n\r\n1,2\r\n3\r\n");
  assert.deepEqual(columns, ["id", "amount"]);
  assert.deepEqual(rows.map((row) => row.values), [["1", "2"], ["3", ""]]);
});

test("CSV: semicolons and tabs are found, also beside quoted commas", () => {
  assert.equal(findDelimiter('id;"a,b,c";amount\n'), ";");
  assert.equal(findDelimiter("id\tamount\n"), "\t");
  assert.deepEqual(table("id;amount\n1;2,5\n").rows[0].values, ["1", "2,5"]);
});

test("CSV: a quotation mark that is not closed is an error, not a lost file", () => {
  assert.throws(() => table('id\n"1\n2\n'), /2/);
  assert.throws(() => table("  \n"));
});

test("Amounts: thousands marks, currencies, signs, parentheses", () => {
  assert.equal(amount("1,250.500"), "1250.500");
  assert.equal(amount("KWD 1,000"), "1000");
  assert.equal(amount("12.5 د.ك"), "12.5");
  assert.equal(amount("-3.10"), "-3.10");
  assert.equal(amount("(3.10)"), "-3.10");
  assert.equal(amount("3.10-"), "-3.10");
});

test("Amounts: Arabic digits and marks", () => {
  assert.equal(amount("١٬٢٥٠٫٥٠٠"), "1250.500");
  assert.equal(amount("۳٫۵"), "3.5");
});

test("Amounts: decimal comma, and what three digits behind a comma mean", () => {
  assert.equal(amount("1.250,50"), "1250.50");
  assert.equal(amount("2,5"), "2.5");
  assert.equal(amount("1,250"), "1250");
  assert.equal(amount("1,250", ","), "1.250");
});

test("Amounts: what is no amount stays unread", () => {
  for (const text of ["", "n/a", "1.2.3,4,5", "12-13", "--5", "1,2,3"]) assert.equal(amount(text), null, text);
});

test("Amounts are exact where floating point is not", () => {
  const sum = parseAmount("0.1").units + parseAmount("0.2").units;
  assert.equal(formatAmount(sum, 1), "0.3");
  assert.equal(formatAmount(parseAmount("9007199254740993.001").units, 3), "9007199254740993.001");
});

test("Dates: three orders, month names, Arabic digits, impossible days", () => {
  assert.equal(parseDate("2026-01-31"), "2026-01-31");
  assert.equal(parseDate("31/01/2026"), "2026-01-31");
  assert.equal(parseDate("01/31/2026", "mdy"), "2026-01-31");
  assert.equal(parseDate("٣١/١/٢٠٢٦"), "2026-01-31");
  assert.equal(parseDate("5 Mar 2026"), "2026-03-05");
  assert.equal(parseDate("5 مارس 2026"), "2026-03-05");
  assert.equal(parseDate("29/02/2026"), null);
  assert.equal(parseDate("soon"), null);
});

test("Keys: spaces, case, digits and spellings that mean the same", () => {
  assert.equal(keyOf("  INV-0١ "), keyOf("inv-01"));
  assert.equal(keyOf("أحمد"), keyOf("احمد"));
  assert.notEqual(keyOf("001"), keyOf("1"));
});

test("Matched, different, and missing on either side", () => {
  const result = run("id,amount\n1,10.000\n2,20\n3,30\n", "id,amount\n1,10\n2,21\n4,40\n");
  assert.deepEqual(counts(result), [1, 1, 1, 1]);
  assert.equal(result.onlyLeft[0].key[0], "3");
  assert.equal(result.onlyRight[0].key[0], "4");
});

test("Tolerance: a difference up to it counts as equal, one above it does not", () => {
  const [left, right] = ["id,amount\n1,10.000\n2,10.000\n", "id,amount\n1,10.005\n2,10.006\n"];
  assert.deepEqual(counts(run(left, right, { tolerance: "0.005" })), [1, 1, 0, 0]);
  assert.deepEqual(counts(run(left, right, {})), [0, 2, 0, 0]);
});

test("Duplicates: equal rows are paired first, the rest is left over, the key is listed", () => {
  const result = run("id,amount\n1,10\n1,20\n1,20\n", "id,amount\n1,20\n1,10\n");
  assert.deepEqual(counts(result), [2, 0, 1, 0]);
  assert.deepEqual(result.duplicates, [{ key: ["1"], left: 3, right: 2 }]);
});

test("A value that cannot be read never counts as equal, and is listed", () => {
  const result = run("id,amount\n1,?\n,5\n", "id,amount\n1,?\n");
  assert.deepEqual(counts(result), [0, 1, 0, 0]);
  assert.equal(result.unreadable.length, 3);
});

test("Two key columns, other names on the other side, dates some days apart", () => {
  const options = { keys: [["no", "ref"], ["branch", "shop"]], amounts: [["amount", "sum"]], dates: [["day", "date"]], days: 1 };
  const left = "no,branch,amount,day\n1,A,5,01/02/2026\n1,B,6,01/02/2026\n";
  const right = "ref,shop,sum,date\n1,a,5,2026-02-02\n1,b,6,2026-02-05\n";
  assert.deepEqual(counts(run(left, right, options)), [1, 1, 0, 0]);
});

test("Every row is accounted for once, and the totals follow", () => {
  const left = table("id,amount\n1,0.1\n2,0.2\n2,0.3\n5,1\n");
  const right = table("id,amount\n1,0.1\n2,0.2\n9,7.25\n");
  const result = reconcile(left, right, { keys: [["id", "id"]], amounts: [["amount", "amount"]] });
  const figures = figuresOf(result, left, right);
  assert.equal(figures.matched + figures.different + figures.onlyLeft, figures.left);
  assert.equal(figures.matched + figures.different + figures.onlyRight, figures.right);
  assert.deepEqual(figures.totals, [{ column: "amount", left: "1.60", right: "7.55", difference: "-5.95" }]);
});

test("Result files can be read back", () => {
  const [left, right] = [table('id,note,amount\n1,"a, b",1\n'), table("id,amount\n2,1\n")];
  const files = resultFiles(reconcile(left, right, { keys: [["id", "id"]], amounts: [["amount", "amount"]] }), left, right);
  assert.deepEqual(table(files["only-in-first.csv"]).rows[0].values, ["1", "a, b", "1"]);
  assert.equal(toCsv(["x"], [['say "hi"']]), 'x\r\n"say ""hi"""\r\n');
});

test("Command line: writes the files, gives the figures, and says what is wrong", () => {
  const files = { "a.csv": "ref,amount\n1,5\n2,6\n", "b.csv": "ref,amount\n1,5\n" };
  const written = {};
  const printed = [];
  const io = { read: (path) => files[path], write: (folder, name, text) => (written[folder + "/" + name] = text), print: (text) => printed.push(text) };
  assert.equal(main(["a.csv", "b.csv", "--key", "ref", "--amount", "amount", "--out", "r", "--json"], io), 0);
  assert.equal(JSON.parse(printed[0]).onlyLeft, 1);
  assert.ok(written["r/summary.md"].length > 0 && written["r/matched.csv"].length > 0);
  assert.equal(main(["a.csv", "b.csv", "--key", "nothing"], io), 2);
  assert.match(printed[1], /nothing/);
  assert.equal(main(["a.csv"], io), 2);
});
`;

/** Values of the person's own files, in the formats that reading them found. */
function ownTests(spec: ReconcileSpec, lang: Lang): string {
  const { files, left, right } = spec;
  const [first, second] = files?.map((file) => file.name) ?? [];
  return `
test(${js(pick(lang, `The values of ${first} and ${second} are read in their own formats`, `تُقرأ قيم ${first} و${second} بصيغها`))}, () => {
  for (const [text, decimal] of ${js([...left.amountSamples, ...right.amountSamples])}) assert.notEqual(amount(text, decimal ?? undefined), null, text);
  for (const [text, order] of ${js([...left.dateSamples, ...right.dateSamples])}) assert.notEqual(parseDate(text, order ?? undefined), null, text);
});
`;
}
