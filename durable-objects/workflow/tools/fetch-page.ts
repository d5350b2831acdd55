import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ToolOutcome } from "../engine/services.ts";
import type { PageReader } from "../ports.ts";
import { cutMiddle, MAX_OUTPUT } from "./cut.ts";

const MAX_LINKS = 100;
const MAX_LINK = 300;
const MAX_FACTS = 60;
const MAX_TITLE = 300;
const MAX_HEADERS = 2_000;

export interface FetchDeps {
  readonly pages: PageReader | undefined;
  /** Milliseconds UTC. */
  readonly now: () => number;
}

/**
 * A live page in words. The first line is JSON and ours alone, so that proof can rest on it; everything after it is what
 * the page says, data like any other text from outside.
 */
export async function fetchPage(
  { pages, now }: FetchDeps,
  state: WorkflowState,
  url: string,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const failed = (output: string): ToolOutcome => ({ ok: false, output, artifacts: [] });
  if (!pages) return failed("Nothing is published in this deployment, so there is no page to fetch.");
  const page = await pages.fetch(state.projectId, url, signal);
  if (!page.ok) return failed(page.error);
  const { status, sha256, title, headers, facts = [], links, text } = page.value;
  const head = JSON.stringify({
    url: page.value.url.slice(0, 2_000),
    status,
    sha256,
    at: new Date(now()).toISOString(),
  });
  const list = (name: string, lines: readonly string[], max: number) =>
    lines.length === 0 ? [] : [`${name}:`, ...lines.slice(0, max).map((line) => `- ${oneLine(line, MAX_LINK)}`)];
  const before = [
    head,
    `title: ${oneLine(title ?? "", MAX_TITLE)}`,
    `headers: ${JSON.stringify(headers).slice(0, MAX_HEADERS)}`,
    ...list("facts", facts, MAX_FACTS),
    ...list("links", links, MAX_LINKS),
    "text:",
  ].join("\n");
  const lead = before.slice(0, MAX_OUTPUT / 2);
  return { ok: status < 400, output: `${lead}\n${cutMiddle(text, MAX_OUTPUT - lead.length - 1)}`, artifacts: [] };
}

const oneLine = (text: string, max: number): string => text.replaceAll(/\s+/gu, " ").trim().slice(0, max);
