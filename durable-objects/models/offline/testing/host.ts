import vm from "node:vm";
import Big from "big.js";
import Papa from "papaparse";
import type { ColumnProfile, FileProfile } from "../../../../shared/api/files.ts";
import { normalizeArabic } from "../../../../shared/text/arabic.ts";
import { findCurrencies } from "../../../../shared/text/currencies.ts";
import { parseDate } from "../../../../shared/text/dates.ts";
import { fence, fenceJson } from "../../../../shared/text/fence.ts";
import { parseNumber } from "../../../../shared/text/numbers.ts";
import type { Block, Message, Operation } from "../../../../shared/workflow/content.ts";
import type { ModelPort, ModelRequest } from "../../port.ts";
import { createOfflineModel } from "../offline-model.ts";

export const TODAY = "2026-11-23";

export function offlineModel(): ModelPort {
  return createOfflineModel({
    countTokens: async (texts) => texts.map((text) => Math.ceil(text.length / 4)),
    today: () => TODAY,
  });
}

/** A column profile as parsing gives it: kinds and formats from all values. */
function profileColumn(name: string, values: readonly string[]): ColumnProfile {
  const filled = values.map((value) => value.trim()).filter((value) => value !== "");
  const dates = filled.filter((value) => parseDate(value) !== null);
  const comma = filled.filter((value) => parseNumber(value)?.decimal === ",").length;
  const dot = filled.filter((value) => parseNumber(value)?.decimal === ".").length;
  const decimal = comma > dot ? "," : ".";
  const numbers = filled.filter((value) => parseNumber(value, { decimal }) !== null);
  const currencies = [
    ...new Set([
      ...filled.flatMap((value) => parseNumber(value)?.currency ?? []),
      ...(numbers.length > 0 ? findCurrencies(name) : []),
    ]),
  ];
  const mostly = (some: readonly string[]) => filled.length > 0 && some.length * 10 >= filled.length * 7;
  const mdy = filled.some((value) => /^\d{1,2}\/(1[3-9]|2\d|3[01])\//.test(value));
  const isDate = mostly(dates) && !mostly(numbers);
  const money = currencies.length > 0 || /amount|total|price|مبلغ|اجمالي|إجمالي/i.test(name);
  const kind =
    filled.length === 0 ? "empty" : isDate ? "date" : mostly(numbers) ? (money ? "money" : "number") : "text";
  const ymd = dates.some((value) => /^\d{4}/.test(normalizeArabic(value)));
  return {
    name,
    kind,
    format:
      kind === "date" ? (ymd ? "ymd" : mdy ? "mdy" : "dmy") : kind === "money" || kind === "number" ? decimal : null,
    currencies: kind === "money" || kind === "number" ? currencies : [],
    empty: values.length - filled.length,
    distinct: new Set(filled).size,
    odd:
      kind === "text"
        ? []
        : filled
            .filter((value) => (kind === "date" ? parseDate(value) === null : parseNumber(value, { decimal }) === null))
            .slice(0, 5),
    samples: [...new Set(filled)].slice(0, 5),
  };
}

export interface World {
  readonly files: FileProfile[];
  readonly texts: Map<string, string>;
}

/** Tables and texts as parsing leaves them: derived CSV under a path, and the profiles. */
export function worldOf(sources: Readonly<Record<string, string | { columns: string[]; rows: string[][] }>>): World {
  const world: World = { files: [], texts: new Map() };
  Object.entries(sources).forEach(([name, source], index) => {
    if (typeof source === "string" && !/\.(csv|tsv)$/.test(name)) {
      world.texts.set(`${name}.md`, source);
      world.files.push({
        fileId: `f${index}`,
        name,
        kind: "document",
        mediaType: "text/plain",
        delimiter: null,
        tables: [],
        textPath: `${name}.md`,
        textLength: source.length,
        excerpt: source.slice(0, 2000),
        language: "en",
      });
      return;
    }
    const parsed =
      typeof source === "string"
        ? Papa.parse<string[]>(source.trim(), { skipEmptyLines: false }).data
        : [source.columns, ...source.rows];
    const [columns = [], ...rows] = parsed;
    world.texts.set(name, Papa.unparse([columns, ...rows]));
    world.files.push({
      fileId: `f${index}`,
      name,
      kind: "table",
      mediaType: "text/csv",
      delimiter: ",",
      tables: [
        {
          sheet: "",
          path: name,
          rows: rows.length,
          columns: columns.map((column, at) =>
            profileColumn(
              column,
              rows.map((row) => row[at] ?? ""),
            ),
          ),
          head: rows.slice(0, 5),
        },
      ],
      textPath: null,
      textLength: 0,
      excerpt: "",
      language: "en",
    });
  });
  return world;
}

/** Runs guest code with the API of GUEST_API, in a realm of its own. */
export async function runGuest(
  code: string,
  readable: ReadonlyMap<string, string>,
): Promise<{ output: string; written: Map<string, string> }> {
  const written = new Map<string, string>();
  const printed: string[] = [];
  const read = (path: string): string => {
    const text = written.get(path) ?? readable.get(path);
    if (text === undefined) throw new Error(`There is no file "${path}"`);
    return text;
  };
  const plain = (value: unknown): string => (value instanceof Big ? value.toFixed() : String(value ?? ""));
  const context = vm.createContext({
    console: { log: (...values: unknown[]) => printed.push(values.map(String).join(" ")) },
    Big: Object.freeze(Big),
    files: {
      list: () => [...readable.keys()],
      readText: read,
      readTable: (path: string) => {
        const [columns = [], ...rows] = Papa.parse<string[]>(read(path).replace(/\r?\n$/, ""), {
          skipEmptyLines: false,
        }).data;
        return { columns, rows };
      },
      write: (path: string, text: string) => written.set(path, text),
    },
    nexus: {
      number: (value: unknown, options?: { decimal?: "." | "," }) => {
        const parsed = parseNumber(plain(value), { decimal: options?.decimal ?? null });
        return parsed === null ? null : new Big(parsed.value);
      },
      date: (value: unknown, options?: { order?: "ymd" | "dmy" | "mdy" }) =>
        parseDate(plain(value), { order: options?.order ?? null })?.iso ?? null,
      csv: (columns: string[], rows: unknown[][]) =>
        Papa.unparse([columns, ...rows.map((row) => row.map(plain))], { newline: "\r\n" }),
    },
  });
  await vm.runInContext(`(async () => {\n${code}\n})()`, context, { timeout: 20_000 });
  return { output: printed.join("\n"), written };
}

const text = (...parts: string[]): Message => ({ role: "user", content: [{ type: "text", text: parts.join("\n") }] });

export async function ask(
  model: ModelPort,
  operation: Operation,
  messages: readonly Message[],
): Promise<readonly Block[]> {
  const request: ModelRequest = {
    operation,
    tier: "standard",
    model: model.modelFor("standard"),
    system: "system",
    messages,
    tools: [],
    toolChoice: "auto",
    maxTokens: 8192,
    effort: "medium",
  };
  const outcome = await model.call(request, {
    signal: new AbortController().signal,
    onText: () => {},
    loadImage: async () => new Uint8Array(),
  });
  if (!outcome.ok) throw new Error(outcome.failure.technical);
  if (outcome.stopReason === "max_tokens") throw new Error("cut off");
  return outcome.content;
}

export interface PlanStep {
  id: string;
  label: string;
  instructions: string;
  agent: string;
  stage: string;
  dependsOn: string[];
  optional: boolean;
}
export interface Plan {
  title: string;
  summary: string;
  limits: string[];
  steps: PlanStep[];
}

const ground = (request: string, world: World, locale: "en" | "ar"): string[] => [
  fence("today", TODAY),
  fenceJson("locale", locale),
  fence("request", request),
  fenceJson("files", world.files),
];

export async function planFor(request: string, world: World, locale: "en" | "ar" = "en"): Promise<Plan> {
  const content = await ask(offlineModel(), "planning", [text(...ground(request, world, locale))]);
  const call = content.find((block) => block.type === "tool_use" && block.name === "propose_plan");
  if (call?.type !== "tool_use") throw new Error("no plan");
  // SAFETY: the shape is asserted by the tests that read it.
  return call.input as unknown as Plan;
}

export interface StepResult {
  readonly step: PlanStep;
  readonly summary: string;
  readonly artifacts: Map<string, string>;
  readonly code: string[];
  readonly outputs: string[];
}
export interface RunResult {
  readonly steps: Map<string, StepResult>;
  readonly artifacts: Map<string, string>;
  readonly verdict: {
    verdicts: {
      nodeId: string;
      accepted: boolean;
      reasons: string;
      checks: { label: string; passed: boolean; detail: string }[];
    }[];
    summary: string;
  };
}

export interface Meddling {
  /** Changes artifacts between a step and the review. */
  readonly tamper?: (artifacts: Map<string, string>) => void;
  /** Makes the first run of a step fail. */
  readonly failFirst?: string;
  readonly answer?: string;
}

/** Carries a plan out step by step, as the engine would, with the orchestrator's prompts; then reviews it. */
export async function carryOut(
  request: string,
  plan: Plan,
  world: World,
  locale: "en" | "ar" = "en",
  meddling: Meddling = {},
): Promise<RunResult> {
  const model = offlineModel();
  const results = new Map<string, StepResult>();
  const artifacts = new Map<string, string>();
  const reviews = plan.steps.filter((step) => step.stage === "reviewing");
  for (const step of plan.steps.filter((one) => one.stage !== "reviewing")) {
    const inputs = [...ancestors(step, plan)]
      .flatMap((id) => results.get(id) ?? [])
      .map((one) => ({
        nodeId: one.step.id,
        label: one.step.label,
        summary: one.summary,
        artifacts: [...one.artifacts].map(([name, content]) => ({
          id: name,
          name,
          mediaType: "text/csv",
          size: content.length,
        })),
      }));
    const first = text(
      ...ground(request, world, locale),
      fenceJson(
        "plan",
        plan.steps.map(({ id, label, stage, agent }) => ({ id, label, stage, agent })),
      ),
      fenceJson("step", { ...step, instructions: step.instructions === "" ? step.label : step.instructions }),
      fenceJson("inputs", inputs),
      fenceJson("feedback", []),
      fenceJson("failed_approaches", []),
    );
    const readable = new Map([
      ...world.texts,
      ...[...ancestors(step, plan)].flatMap((id) => [...(results.get(id)?.artifacts ?? [])]),
    ]);
    const done = await drive(
      model,
      "building",
      [first],
      readable,
      "finish",
      step.id === meddling.failFirst,
      meddling.answer,
    );
    const result = {
      step,
      summary: String(done.input.summary),
      artifacts: done.written,
      code: done.code,
      outputs: done.outputs,
    };
    for (const claim of done.input.evidence as { type: string; toolUseId?: string; name?: string }[]) {
      if (claim.type === "run" && !done.good.includes(claim.toolUseId ?? ""))
        throw new Error(`evidence of ${step.id}: no run ${claim.toolUseId}`);
      if (claim.type === "artifact" && !done.written.has(claim.name ?? ""))
        throw new Error(`evidence of ${step.id}: no artifact ${claim.name}`);
    }
    results.set(step.id, result);
    for (const [name, content] of done.written) artifacts.set(name, content);
  }
  meddling.tamper?.(artifacts);
  const work = [...results.values()].map((one) => ({
    nodeId: one.step.id,
    label: one.step.label,
    instructions: one.step.instructions === "" ? one.step.label : one.step.instructions,
    summary: one.summary,
    evidence: [],
    artifacts: [...one.artifacts].map(([name, content]) => ({
      id: name,
      name,
      mediaType: "text/csv",
      size: content.length,
    })),
    code: one.code,
  }));
  const prompt = text(...ground(request, world, locale), fenceJson("step", reviews[0]), fenceJson("work", work));
  const done = await drive(model, "reviewing", [prompt], new Map([...world.texts, ...artifacts]), "verdict", false);
  // SAFETY: the shape is asserted by the tests that read it.
  return { steps: results, artifacts, verdict: done.input as unknown as RunResult["verdict"] };
}

function ancestors(step: PlanStep, plan: Plan): Set<string> {
  const found = new Set<string>();
  const left = [...step.dependsOn];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    left.push(...(plan.steps.find((one) => one.id === id)?.dependsOn ?? []));
  }
  return found;
}

async function drive(
  model: ModelPort,
  operation: Operation,
  messages: Message[],
  readable: Map<string, string>,
  end: string,
  failFirst: boolean,
  answer?: string,
) {
  const written = new Map<string, string>();
  const code: string[] = [];
  const outputs: string[] = [];
  const good: string[] = [];
  let failed = !failFirst;
  for (let turn = 0; turn < 12; turn++) {
    const content = await ask(model, operation, messages);
    const calls = content.filter((block) => block.type === "tool_use");
    const last = calls.find((call) => call.name === end);
    if (last) return { input: last.input, written, code, outputs, good };
    if (calls.length === 0) throw new Error(`no tool call: ${JSON.stringify(content).slice(0, 800)}`);
    const answers: Block[] = [];
    for (const call of calls) {
      const reply = (ok: boolean, output: string) =>
        answers.push({ type: "tool_result", toolUseId: call.id, ok, content: output });
      if (call.name === "ask_user") reply(true, answer ?? "Leave it out");
      else if (call.name === "write_file") {
        written.set(String(call.input.path), String(call.input.content));
        reply(true, "Saved.");
      } else if (call.name === "run_code") {
        if (!failed) {
          failed = true;
          reply(false, "exception: out of luck");
          continue;
        }
        try {
          const ran = await runGuest(String(call.input.code), new Map([...readable, ...written]));
          for (const [name, value] of ran.written) written.set(name, value);
          code.push(String(call.input.code));
          outputs.push(ran.output);
          good.push(call.id);
          reply(true, ran.output);
        } catch (error) {
          reply(false, `exception: ${error instanceof Error ? error.message : String(error)}`);
          if (process.env.SHOW_GUEST_ERRORS) console.error(error, String(call.input.code));
        }
      } else reply(false, "no such tool in this test");
    }
    messages.push({ role: "assistant", content: [...content] }, { role: "user", content: answers });
  }
  throw new Error("too many turns");
}
