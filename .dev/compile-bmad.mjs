/**
 * Reads the pinned npm package `bmad-method` and writes what the orchestrator needs of it: the roster with its
 * personas, the skills in their phases and order, the readiness standard of a plan, and the review's rules.
 * `node .dev/compile-bmad.mjs` writes the files; a unit test compiles again and compares, so they cannot drift.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const PACKAGE = path.dirname(fileURLToPath(import.meta.resolve("bmad-method/package.json")));
const METHOD = "durable-objects/orchestrators/bmad/generated/method.ts";
const ROSTER = "shared/workflow/roster.ts";

/** Our ids for the package's agents, in the order they come on stage. */
const AGENTS = [
  ["analyst", "bmad-agent-analyst"],
  ["pm", "bmad-agent-pm"],
  ["ux", "bmad-agent-ux-designer"],
  ["architect", "bmad-agent-architect"],
  ["dev", "bmad-agent-dev"],
];

/** Titles in Arabic are ours; the package has English only. */
const ARABIC_TITLES = {
  analyst: "محللة أعمال",
  pm: "مدير المنتج",
  ux: "مصممة تجربة الاستخدام",
  architect: "مهندس الحلول",
  dev: "مهندسة تنفيذ أولى",
  reviewer: "المراجع المستقل",
};

const read = (file) => readFileSync(path.join(PACKAGE, file), "utf8");

function must(value, what) {
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0))
    throw new Error(`bmad-method no longer has ${what}: adapt .dev/compile-bmad.mjs`);
  return value;
}

/** Bullets under a markdown heading, without markup. */
function bullets(file, heading) {
  const after = must(read(file).split(`\n${heading}\n`)[1], `${heading} in ${file}`);
  const section = after.split(/\n#{1,6} /)[0];
  return must(
    section
      .split("\n")
      .filter((line) => line.startsWith("- "))
      .map((line) => plain(line.slice(2))),
    `bullets under ${heading} in ${file}`,
  );
}

const plain = (markdown) => markdown.replaceAll(/\*\*|`/g, "").trim();

function goal(file) {
  return plain(must(/^\*\*Goal:\*\* (.+)$/m.exec(read(file))?.[1], `a goal in ${file}`));
}

/** Sentence that a review layer asks itself. */
function question(file) {
  return must(/Ask one question — "([^"]+)"/.exec(goal(file))?.[1], `the question of ${file}`);
}

/** Principles about source comments are for repositories; our developers write what a business person reads. */
const aboutComments = (principle) => /comment|AI-generated/.test(principle);

/** RFC 4180, as far as module-help.csv needs it. */
function parseCsv(text) {
  const rows = [];
  for (const line of text.trim().split("\n"))
    rows.push(
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => (cell[1] ?? cell[2] ?? "").trim()),
    );
  const [head, ...body] = rows;
  return body.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ""])));
}

function compileAgents() {
  const roster = parseYaml(read("src/bmm-skills/module.yaml")).agents;
  return AGENTS.map(([id, code]) => {
    const entry = must(
      roster.find((one) => one.code === code),
      `agent ${code}`,
    );
    const persona = parseToml(read(`src/bmm-skills/agents/${code}/customize.toml`)).agent;
    return {
      id,
      source: code,
      name: must(entry.name, `${code} name`),
      title: must(entry.title, `${code} title`),
      icon: must(entry.icon, `${code} icon`),
      role: must(persona.role, `${code} role`),
      identity: must(persona.identity, `${code} identity`),
      style: must(persona.communication_style, `${code} style`),
      principles: must(persona.principles, `${code} principles`).filter((one) => !aboutComments(one)),
    };
  });
}

/** The review skill has no persona: its goal is the role, its evidence rules are the principles. */
function compileReviewer(review) {
  return {
    id: "reviewer",
    source: "bmad-code-review",
    name: "Reviewer",
    title: "Independent Reviewer",
    icon: "🔎",
    role: review.goal,
    identity: review.question,
    style: "No noise, no filler.",
    principles: review.evidenceRules,
  };
}

function compileReview() {
  const ship = "src/bmm-skills/ship";
  const gap = `${ship}/bmad-code-review/review-prompts/verification-gap.md`;
  const claims = read(`${ship}/bmad-build/references/claims-check.md`);
  const layers = parseToml(read(`${ship}/bmad-build/customize.toml`)).workflow.review_layers;
  return {
    goal: goal(`${ship}/bmad-code-review/SKILL.md`),
    question: question(gap),
    evidenceRules: bullets(gap, "## Evidence Rules").filter((rule) => !/\btests?\b|repo|severity/.test(rule)),
    claims: plain(
      must(/(?:It|The spec) is the change's own account of itself: ([^.]+)\./.exec(claims)?.[1], "the claims rule"),
    ),
    layers: must(layers, "review layers").map((layer) => ({ id: layer.id, name: layer.name })),
  };
}

function compileSkills() {
  return parseCsv(read("src/bmm-skills/module-help.csv"))
    .filter((row) => !row.skill.startsWith("_"))
    .map((row) => ({
      skill: row.skill,
      name: row["display-name"],
      phase: row.phase,
      after: row["preceded-by"],
      before: row["followed-by"],
      required: row.required === "true",
    }));
}

const literal = (value) => JSON.stringify(value, null, 2);

function format(file, text) {
  const biome = path.join(ROOT, "node_modules", ".bin", "biome");
  return execFileSync(biome, ["format", `--stdin-file-path=${file}`], { cwd: ROOT, input: text, encoding: "utf8" });
}

/** Path → content of every generated file. */
export function compile() {
  const { version, license } = JSON.parse(read("package.json"));
  const review = compileReview();
  const agents = [...compileAgents(), compileReviewer(review)];
  const readiness = bullets("src/bmm-skills/ship/bmad-build/workflow.md", "## READY FOR DEVELOPMENT STANDARD");
  const head = `// Written by .dev/compile-bmad.mjs from bmad-method ${version} (${license}). Change the compiler, not this file.\n`;
  const method = `${head}
/** The npm package this was compiled from. */
export const SOURCE = { package: "bmad-method", version: ${JSON.stringify(version)} } as const;

/** The five agents of the roster, and the fresh-context review as the sixth. */
export const AGENTS = ${literal(agents)} as const;

/** Skills in the package's order, with the phase each belongs to. */
export const SKILLS = ${literal(compileSkills())} as const;

/** When a plan counts as ready to be carried out. */
export const READINESS = ${literal(readiness)} as const;

/** How work is reviewed. */
export const REVIEW = ${literal(review)} as const;
`;
  const roster = `${head}
import type { AgentId } from "./plan.ts";

/** The team as people see it: the package's names, titles in both languages. */
export const ROSTER: Readonly<
  Record<AgentId, { readonly name: string; readonly icon: string; readonly title: { readonly en: string; readonly ar: string } }>
> = ${literal(
    Object.fromEntries(
      agents.map(({ id, name, icon, title }) => [id, { name, icon, title: { en: title, ar: ARABIC_TITLES[id] } }]),
    ),
  )};
`;
  return { [METHOD]: format(METHOD, method), [ROSTER]: format(ROSTER, roster) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of Object.entries(compile())) {
    writeFileSync(path.join(ROOT, file), text);
    console.log(`wrote ${file}`);
  }
}
