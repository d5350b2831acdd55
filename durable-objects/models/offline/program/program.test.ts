import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { fence, fenceJson } from "../../../../shared/text/fence.ts";
import type { Prompt } from "../prompt.ts";
import { readPrompt } from "../prompt.ts";
import { runGuest, worldOf } from "../testing/host.ts";
import { MakingDesk } from "../testing/making-desk.ts";
import { daysOf, reconcileOf, toleranceOf, wantsReconcile } from "./ask.ts";
import { optionsText, quoted, readmeText } from "./readme.ts";
import { recountCode } from "./review.ts";
import { SAMPLE_FILES, SAMPLE_SPEC, sampleFiles } from "./sample.ts";
import { programSource } from "./source.ts";
import { commandOf } from "./step.ts";
import { testsSource } from "./tests-source.ts";

function promptOf(request: string, files: Readonly<Record<string, string>> = {}): Prompt {
  const text = [fence("request", request), fenceJson("files", worldOf(files).files)].join("\n");
  return readPrompt(
    {
      operation: "building",
      tier: "fast",
      model: "m",
      system: "",
      messages: [{ role: "user", content: [{ type: "text", text }] }],
      tools: [],
      toolChoice: "auto",
      maxTokens: 1,
      effort: "low",
    },
    "2026-11-23",
  );
}

/** The program beside these tables, as a person has it after downloading. */
function deskWith(request: string, files: Readonly<Record<string, string>>) {
  const prompt = promptOf(request, files);
  const spec = reconcileOf(prompt);
  const desk = new MakingDesk(worldOf(files).texts);
  desk.files.set("reconcile/reconcile.mjs", programSource(prompt.lang));
  desk.files.set("reconcile/reconcile.test.mjs", testsSource(spec, prompt.lang));
  desk.files.set("reconcile/options.json", optionsText(spec));
  const [first, second] = sampleFiles(prompt.lang);
  if (spec.files === null) desk.files.set(SAMPLE_FILES[0], first).set(SAMPLE_FILES[1], second);
  return { desk, spec };
}

describe("which requests want the program", () => {
  it.each([
    ["a program that reconciles two CSV files, with tests", 0],
    ["write a script to reconcile my bank statement with the books", 2],
    ["Build a tool that compares two spreadsheets and lists the differences", 0],
    ["برنامج يطابق بين ملفين CSV مع اختبارات", 0],
    ["ابي سكربت يسوي مطابقة بين كشفين", 0],
    ["سو لي أداة تقارن ملفين وتطلع الفروقات", 0],
    ["reconcile these two files", 2],
  ])("%s", (request, tables) => expect(wantsReconcile(request, tables)).toBe(true));

  it.each([
    ["Total the invoices by client", 2],
    ["compare October with November", 1],
    ["a program that calculates VAT", 0],
    ["قارن مبيعات شهر ٩ مع ١٠", 1],
  ])("not: %s", (request, tables) => expect(wantsReconcile(request, tables)).toBe(false));

  it("reads how much may differ", () => {
    expect(toleranceOf("with a tolerance of 5 fils")).toBe("0.005");
    expect(toleranceOf("differences up to 0.01 are fine")).toBe("0.01");
    expect(toleranceOf("بفرق ٥ فلوس")).toBe("0.005");
    expect(toleranceOf("reconcile two files")).toBe("0");
    expect(daysOf("dates within 2 days")).toBe(2);
  });
});

describe("the columns it compares", () => {
  it("pairs keys and amounts by what they are, whatever they are called", () => {
    const spec = reconcileOf(
      promptOf("a program that reconciles two CSV files", {
        "bank.csv": "Date,Details,Ref,Paid (KWD)\n01/10/2026,a,INV-1,10.5\n02/10/2026,b,INV-2,11\n",
        "books.csv": "Invoice No,Customer,Amount\nINV-1,x,10.500\nINV-3,y,5.000\n",
      }),
    );
    expect(spec).toMatchObject({ keys: [["Ref", "Invoice No"]], amounts: [["Paid (KWD)", "Amount"]], tolerance: "0" });
  });

  it("takes two tables of one shape as two tables", () => {
    const spec = reconcileOf(
      promptOf("reconcile these two files with a script", {
        "a.csv": "ID,Amount\n1,2\n2,3\n",
        "b.csv": "ID,Amount\n1,2\n",
      }),
    );
    expect(spec.files?.map((file) => file.name)).toEqual(["a.csv", "b.csv"]);
    expect(spec.keys).toEqual([["ID", "ID"]]);
  });

  it("says so where nothing tells which rows belong together", () => {
    const spec = reconcileOf(
      promptOf("a program that reconciles two CSV files", {
        "a.csv": "Mood\nx\nx\nx\nx\n",
        "b.csv": "Weather\ny\ny\ny\ny\n",
      }),
    );
    expect(spec.files).toBeNull();
    expect(spec.assumptions[0]).toContain("says which rows belong together");
  });
});

const TABLES = {
  "bank's list.csv": 'Ref = No,Paid,Note\nA1,"1,250.500",x\nA2,٩٩٫٧٥٠,y\nA3,(10.000),z\nA3,5,z\n,1,no key\n',
  "books.csv": "Ref = No,Amount\na1,1250.5\nA2,99.5\nA3,-10\nA9,n/a\n",
};

describe("the program", () => {
  it.each(["en", "ar"] as const)("FR-9.4 its own tests pass unchanged in Node (%s)", { timeout: 30_000 }, (lang) => {
    const { desk } = deskWith(lang === "en" ? "reconcile two CSV files, a program" : "برنامج يطابق ملفين", {});
    const folder = desk.unpack();
    const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
    const ran = spawnSync(process.execPath, ["--test", "--test-reporter=tap"], {
      cwd: `${folder}/reconcile`,
      encoding: "utf8",
      env,
    });
    rmSync(folder, { recursive: true });
    expect(ran.stdout).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(ran.stdout)?.[1])).toBeGreaterThanOrEqual(12);
    const titles = [...ran.stdout.matchAll(/^ok \d+ - (.*)$/gm)].map(([, title]) => title ?? "");
    expect(titles.filter((title) => /\p{Script=Arabic}/u.test(title)).length).toBe(lang === "ar" ? titles.length : 0);
    expect(ran.status).toBe(0);
  });

  it("a change that breaks it turns its tests red", { timeout: 30_000 }, async () => {
    const { desk } = deskWith("a program to reconcile two CSV files", {});
    const good = desk.files.get("reconcile/reconcile.mjs") ?? "";
    for (const [from, to] of [
      ["> tolerance.units", "> 0n"],
      ["theirs.splice(at, 1)", "theirs.slice(at, at + 1)"],
      ["text[at + 1] === '\"'", "false"],
      ["if (figure === null) note(", "if (false) note("],
    ] as const) {
      expect(good).toContain(from);
      desk.files.set("reconcile/reconcile.mjs", good.replace(from, to));
      expect((await desk.run("run_tests", { paths: ["reconcile/reconcile.test.mjs"] }, "program")).ok, from).toBe(
        false,
      );
    }
  });

  it.each([false, true])(
    "runs on odd names and figures; an independent recount agrees (other way: %s)",
    { timeout: 30_000 },
    async (other) => {
      const { desk, spec } = deskWith("a program that reconciles two CSV files", TABLES);
      // A name with "=" cannot be said on the command line: the options file has it.
      const answer = await desk.run("run_command", { command: commandOf(spec, false) }, "run");
      expect(answer.ok).toBe(true);
      expect(JSON.parse(answer.output)).toMatchObject({
        matched: 2,
        different: 1,
        onlyLeft: 1,
        onlyRight: 1,
        unreadable: 2,
      });
      if (other)
        desk.files.set(
          "reconciled/matched.csv",
          (desk.files.get("reconciled/matched.csv") ?? "").replace("A1", "A1\r\nA7"),
        );
      const recount = JSON.parse((await runGuest(recountCode(spec, "en"), desk.files)).output);
      expect(recount.ok).toBe(!other);
    },
  );

  it("reads the samples with every case", { timeout: 30_000 }, async () => {
    const { desk, spec } = deskWith("برنامج يطابق بين ملفين", {});
    const answer = await desk.run("run_command", { command: commandOf(spec, true) }, "run");
    expect(JSON.parse(answer.output)).toMatchObject({
      matched: 3,
      different: 1,
      onlyLeft: 2,
      onlyRight: 1,
      duplicates: 1,
    });
    expect(JSON.parse((await runGuest(recountCode(spec, "ar"), desk.files)).output)).toMatchObject({ ok: true });
  });

  it("names of files and columns are data on the command line and in the README", () => {
    expect(quoted("a b'; rm -rf ~ #.csv")).toBe("'a b'\\''; rm -rf ~ #.csv'");
    const spec = { ...SAMPLE_SPEC.en, keys: [["a`b\n# x", "c"]] as const };
    expect(readmeText(spec, "en")).not.toContain("\n# x");
  });

  it("NFR-P2.1 fits one answer", () => {
    for (const lang of ["en", "ar"] as const)
      expect(countTokens(JSON.stringify({ content: programSource(lang) }))).toBeLessThan(7_600);
    const rest = [testsSource(SAMPLE_SPEC.ar, "ar"), readmeText(SAMPLE_SPEC.ar, "ar"), ...sampleFiles("ar")].join("");
    expect(countTokens(JSON.stringify({ content: rest }))).toBeLessThan(7_000);
  });
});
