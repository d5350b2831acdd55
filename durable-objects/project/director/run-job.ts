import type { FileProfile } from "../../../shared/api/files.ts";
import type { MessageView } from "../../../shared/api/messages.ts";
import type { Usage } from "../../../shared/workflow/content.ts";
import { NO_USAGE } from "../../../shared/workflow/content.ts";
import type { ModelPort } from "../../models/port.ts";
import type { ServiceInfo } from "../../workflow/effects/port.ts";
import type { Conversation } from "../conversation.ts";
import { DAILY_TALK_CAP_MICROS, type ProjectMoney } from "../money.ts";
import { type DirectorAnswer, directorAnswer, directorCall } from "./answer.ts";
import type { DirectorJob, DirectorJobs } from "./jobs.ts";
import { directorMessages } from "./prompt.ts";
import { DIRECTOR_TEXTS } from "./texts.ts";

const MAX_ATTEMPTS = 3;
const MAX_HISTORY = 40;
/** First wait before asking again, doubled each time; a provider's retry-after wins, up to a minute. */
const BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 60_000;

export interface DirectorHost {
  readonly model: ModelPort;
  readonly services: readonly ServiceInfo[];
  readonly conversation: Conversation;
  readonly jobs: DirectorJobs;
  readonly money: ProjectMoney;
  now(): number;
  transaction<T>(body: () => T): T;
  profiles(fileIds: readonly string[]): Promise<Map<string, FileProfile>>;
  loadImage(fileId: string): Promise<Uint8Array>;
  /** Streams to whoever watches; nobody need. */
  onText(messageId: string, delta: string): void;
  onMessage(message: MessageView): void;
  /** Idempotent by job; gives the workflow's id, or null when it was refused. */
  propose(job: DirectorJob, input: { goal: string; name: string; fileIds: readonly string[] }): Promise<string | null>;
}

/** Books what a dead process left open, so that its jobs can be tried again under a new attempt. */
export function bookOrphans(host: DirectorHost): void {
  for (const job of host.jobs.orphans())
    host.transaction(() => {
      const { reservedMicros: costMicros } = job;
      book(host, job, { attempt: job.attempt, usage: NO_USAGE, costMicros, confirmed: false });
      host.jobs.postpone(job.id, host.now());
    });
}

/** Answers one question. The message is complete, failed, or the job is put off; it is never lost. */
export async function runJob(host: DirectorHost, job: DirectorJob): Promise<void> {
  const message = host.conversation.get(job.messageId);
  if (message?.status !== "streaming") return host.jobs.finish(job.id);
  if (job.attempt >= MAX_ATTEMPTS) return fail(host, job, message, "model_stream_cut", 0);

  const history = host.conversation.upTo(job.questionId, MAX_HISTORY);
  const fileIds = history.flatMap((view) => view.files ?? []).map((file) => file.id);
  const profiles = await host.profiles([...new Set(fileIds)]);
  const now = host.now();
  const day = new Date(now).toISOString().slice(0, 10);
  const today = DAILY_TALK_CAP_MICROS - host.money.talkSpent(day);
  const left = host.money.left();
  const callWithin = (micros: number) =>
    directorCall(host.model, directorMessages(history, profiles, job.locale), micros, now, host.services);
  const call = callWithin(Math.min(today, left));
  if (!call) return fail(host, job, message, callWithin(left) ? "director_daily_cap" : "project_budget_exhausted", 0);

  const attempt = host.jobs.start(job.id, call.reservedMicros);
  const answer = await directorAnswer(host.model, call, {
    now,
    signal: new AbortController().signal,
    onText: (delta) => host.onText(job.messageId, delta),
    loadImage: (fileId) => host.loadImage(fileId),
  });
  const { usage } = answer;
  const costMicros = answer.billingUnknown ? call.reservedMicros : answer.costMicros;
  const spent = { attempt, usage, costMicros, confirmed: !answer.billingUnknown };

  if (answer.failure) {
    const again = answer.retryable && attempt < MAX_ATTEMPTS;
    const wait = Math.min(MAX_BACKOFF_MS, answer.retryAfterMs ?? BACKOFF_MS * 2 ** (attempt - 1));
    host.transaction(() => {
      book(host, job, spent);
      if (again) host.jobs.postpone(job.id, host.now() + wait);
    });
    // What streamed so far is withdrawn; the next attempt says it anew.
    if (again) return host.onMessage(message);
    return fail(host, job, message, answer.failure.code, costMicros);
  }

  // The cost is booked before anything else can fail; the same job keeps the same workflow id.
  host.transaction(() => book(host, job, spent));
  const known = answer.proposal?.fileIds.filter((id) => profiles.has(id)) ?? [];
  const workflowId = answer.proposal
    ? await host.propose(job, { ...answer.proposal, fileIds: known.length > 0 ? known : [...profiles.keys()] })
    : null;
  const complete = completed(message, answer, workflowId, job.locale, host.model.simulated);
  host.transaction(() => {
    host.conversation.replace(complete);
    host.jobs.finish(job.id);
  });
  host.onMessage(complete);
}

function completed(
  message: MessageView,
  answer: DirectorAnswer,
  workflowId: string | null,
  locale: "en" | "ar",
  simulated: boolean,
): MessageView {
  const texts = DIRECTOR_TEXTS[locale];
  const text = answer.text !== "" ? answer.text : answer.proposal ? texts.proposal : answer.table ? texts.table : "";
  return {
    ...message,
    text,
    status: "complete",
    costMicros: answer.costMicros,
    simulated,
    ...(answer.choices && { choices: [...answer.choices] }),
    ...(workflowId !== null && { workflowId }),
    ...(answer.table && { table: answer.table }),
  };
}

function fail(host: DirectorHost, job: DirectorJob, message: MessageView, problem: string, costMicros: number): void {
  const failed: MessageView = { ...message, status: "failed", problem, costMicros, simulated: host.model.simulated };
  host.transaction(() => {
    host.conversation.replace(failed);
    host.jobs.finish(job.id);
  });
  host.onMessage(failed);
}

function book(
  host: DirectorHost,
  job: DirectorJob,
  spent: { attempt: number; usage: Usage; costMicros: number; confirmed: boolean },
): void {
  host.money.book({
    source: `director:${job.id}`,
    sourceVersion: spent.attempt,
    workflowId: null,
    model: host.model.modelFor("standard"),
    operation: "chat",
    usage: spent.usage,
    costMicros: spent.costMicros,
    simulated: host.model.simulated,
    confirmed: spent.confirmed,
    at: new Date(host.now()).toISOString(),
  });
}
