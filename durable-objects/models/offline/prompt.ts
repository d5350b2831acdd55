import { z } from "zod";
import { FileProfile } from "../../../shared/api/files.ts";
import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import type { Block, Message } from "../../../shared/workflow/content.ts";
import type { ModelRequest } from "../port.ts";
import type { Lang } from "./spec.ts";
import { languageOf } from "./words.ts";

const Artifact = z.object({
  name: z.string(),
  mediaType: z.string().default(""),
  id: z.string().default(""),
  size: z.number().default(0),
});
const Input = z.object({
  nodeId: z.string(),
  label: z.string().default(""),
  summary: z.string().nullable().default(null),
  artifacts: z.array(Artifact).default([]),
});
const Work = Input.extend({
  instructions: z.string().default(""),
  evidence: z.array(z.unknown()).default([]),
  code: z.array(z.string()).default([]),
});
const Step = z.object({
  id: z.string().default("step"),
  label: z.string().default(""),
  instructions: z.string().default(""),
  agent: z.string().default("dev"),
  stage: z.string().default("building"),
});
const Service = z.object({
  name: z.string(),
  label: z.object({ en: z.string(), ar: z.string() }),
  description: z.string().default(""),
  ready: z.boolean().default(true),
});
export type ServicePrompt = z.infer<typeof Service>;
export type StepPrompt = z.infer<typeof Step>;
export type InputPrompt = z.infer<typeof Input>;
export type WorkPrompt = z.infer<typeof Work>;

/** What a prompt of the orchestrator holds; missing parts are empty. */
export interface Prompt {
  readonly request: string;
  readonly today: string;
  readonly lang: Lang;
  readonly files: readonly FileProfile[];
  /** Outside services: in planning all there are, in a step those it may reach. */
  readonly services: readonly ServicePrompt[];
  readonly step: StepPrompt;
  readonly inputs: readonly InputPrompt[];
  readonly work: readonly WorkPrompt[];
  readonly feedback: string;
  readonly failedApproaches: readonly string[];
  readonly steering: readonly string[];
  /** Names of the tools there are in this call. */
  readonly tools: ReadonlySet<string>;
}

const userText = (messages: readonly Message[]): string =>
  messages
    .filter((message) => message.role === "user")
    .flatMap((message) => message.content)
    .filter((block) => block.type === "text")
    .map((block) => block.text)
    .join("\n");

/** Parses with a schema; the fallback when it does not fit, as a prompt of another version would be. */
function safely<T>(schema: z.ZodType<T>, value: unknown, fallback: T): T {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : fallback;
}

const textOrJson = (tag: string, prompt: string): string => {
  const json = unfenceJson(tag, prompt);
  if (typeof json === "string") return json;
  return unfence(tag, prompt) ?? "";
};

export function readPrompt(request: ModelRequest, today: string): Prompt {
  const prompt = userText(request.messages);
  const asked = unfence("request", prompt) ?? "";
  const locale = textOrJson("locale", prompt).trim() === "ar" ? "ar" : "en";
  const feedback = unfence("feedback", prompt) ?? "";
  return {
    request: asked,
    today: dayOf(textOrJson("today", prompt)) ?? today,
    lang: languageOf(asked) ?? locale,
    files: safely(z.array(FileProfile), unfenceJson("files", prompt), []),
    services: servicesIn(prompt),
    step: safely(Step, unfenceJson("step", prompt), Step.parse({})),
    inputs: safely(z.array(Input), unfenceJson("inputs", prompt), []),
    work: safely(z.array(Work), unfenceJson("work", prompt), []),
    feedback: /^(|null|""|\[\])$/.test(feedback.trim()) ? "" : feedback,
    failedApproaches: safely(z.array(z.string()), unfenceJson("failed_approaches", prompt), []),
    steering: safely(z.array(z.string()), unfenceJson("steering", prompt), []),
    tools: new Set(request.tools.map((tool) => tool.name)),
  };
}

/** The outside services a prompt names. */
export const servicesIn = (prompt: string): readonly ServicePrompt[] =>
  safely(z.array(Service), unfenceJson("services", prompt), []);

const dayOf = (text: string): string | null => /\d{4}-\d\d-\d\d/.exec(text)?.[0] ?? null;

/** A tool call of the transcript with its answer. */
export interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly result: { readonly ok: boolean; readonly content: string } | null;
}

export function callsOf(messages: readonly Message[]): Call[] {
  const blocks: readonly Block[] = messages.flatMap((message) => message.content);
  const used = new Set<Block>();
  return blocks.flatMap((block, at) => {
    if (block.type !== "tool_use") return [];
    const result = blocks
      .slice(at + 1)
      .find((one) => one.type === "tool_result" && one.toolUseId === block.id && !used.has(one));
    if (result) used.add(result);
    return [
      {
        id: block.id,
        name: block.name,
        input: block.input,
        result: result?.type === "tool_result" ? { ok: result.ok, content: result.content } : null,
      },
    ];
  });
}

/** A tool call of ours; the id says how many came before, so that it is unique within the transcript. */
export function toolUse(calls: readonly Call[], name: string, input: Record<string, unknown>): Block {
  return { type: "tool_use", id: `offline_${calls.length + 1}_${name}`, name, input };
}
export const say = (text: string): Block => ({ type: "text", text });

/** The last line of a tool's answer that is a JSON object: what our code prints. */
export function printedJson(content: string): Record<string, unknown> | null {
  for (const line of content.split("\n").reverse()) {
    const start = line.indexOf("{");
    if (start < 0) continue;
    const parsed = tryJson(line.slice(start)) ?? tryJson(unescapeNested(content));
    if (parsed) return parsed;
  }
  return null;
}

function tryJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    // SAFETY: a non-null object that is no array has string keys.
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Hosts may wrap the output: {"output": "…"}; the output itself is what is wanted. */
function unescapeNested(content: string): string {
  const whole = tryJson(content);
  const output = whole?.output;
  return typeof output === "string" ? output.trim() : "";
}
