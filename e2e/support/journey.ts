import type { FileView } from "../../shared/api/files.ts";
import { MessageFrame, type MessageView } from "../../shared/api/messages.ts";
import type { WorkflowView } from "../../shared/api/workflows.ts";
import type { WorkflowDownFrame } from "../../shared/protocol/workflow-socket.ts";
import type { WorkflowEvent } from "../../shared/workflow/events.ts";
import { fold } from "../../shared/workflow/fold.ts";
import { FINISHED, statusOf, type WorkflowState } from "../../shared/workflow/state.ts";
import { Client } from "../harness/client.ts";

/** How long a run of the offline model may take before a test calls it stuck, milliseconds. */
const PATIENCE_MS = 90_000;

export interface Place {
  readonly client: Client;
  readonly projectId: string;
}

/** A new person with a new project. */
export async function newPlace(baseUrl: string, name = "Clinic"): Promise<Place> {
  const client = new Client(baseUrl);
  await client.signUp();
  const { id } = await client.post<{ id: string }>("/api/projects", { name });
  return { client, projectId: id };
}

export const upload = (
  { client, projectId }: Place,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<FileView> => client.upload<FileView>(`/api/projects/${projectId}/files`, name, content);

export interface Said {
  readonly frames: readonly MessageFrame[];
  /** The Director's finished answer. */
  readonly answer: MessageView;
}

/** Says something to the Director and hears the answer out. */
export async function say(
  { client, projectId }: Place,
  text: string,
  options: { readonly fileIds?: readonly string[]; readonly locale?: "en" | "ar" } = {},
): Promise<Said> {
  const frames: MessageFrame[] = [];
  const body = { text, fileIds: options.fileIds ?? [], locale: options.locale ?? "en" };
  for await (const { data } of client.sse("POST", `/api/projects/${projectId}/messages`, body))
    frames.push(MessageFrame.parse(JSON.parse(data)));
  const answers = frames.flatMap((frame) =>
    frame.type === "message" && frame.message.role === "assistant" ? [frame.message] : [],
  );
  const answer = answers.at(-1);
  if (!answer) throw new Error(`The Director said nothing: ${JSON.stringify(frames)}`);
  return { frames, answer };
}

/** Asks the Director for work; gives the workflow it proposed. */
export async function ask(
  place: Place,
  text: string,
  options: { readonly fileIds?: readonly string[]; readonly locale?: "en" | "ar" } = {},
): Promise<{ workflowId: string; said: Said }> {
  const said = await say(place, text, options);
  const { workflowId } = said.answer;
  if (workflowId === undefined) throw new Error(`No workflow was proposed: ${JSON.stringify(said.answer)}`);
  return { workflowId, said };
}

export interface Followed {
  readonly events: readonly WorkflowEvent[];
  readonly state: WorkflowState;
}

/**
 * Every event from the first on, by server-sent events, until `until` holds of the folded state. It is not asked about
 * what had happened before: a run that was paused and goes on is at rest only when it rests again.
 */
export async function follow(
  client: Client,
  workflowId: string,
  until: (state: WorkflowState) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<Followed> {
  const events: WorkflowEvent[] = [];
  let state: WorkflowState | null = null;
  let head = 0;
  const frames = client.sse("GET", `/api/workflows/${workflowId}/stream?since=0`);
  const deadline = Date.now() + patienceMs;
  try {
    for (;;) {
      const next = await within(frames.next(), deadline, () => `${describe(state)} after ${events.length} events`);
      if (next.done) throw new Error(`The stream ended by itself: ${describe(state)}`);
      // SAFETY: the server's own frame type; the fold below refuses a wrong order.
      const frame = JSON.parse(next.value.data) as WorkflowDownFrame;
      if (frame.type === "hello") head = frame.version;
      if (frame.type !== "event") continue;
      events.push(frame.event);
      state = fold(state, frame.event);
      if (state.version >= head && until(state)) return { events, state };
    }
  } finally {
    // Not awaited: a pending read would hold it.
    void frames.return(undefined);
  }
}

const describe = (state: WorkflowState | null): string =>
  state === null
    ? "nothing came"
    : `${statusOf(state)} at version ${state.version}, steps ${state.nodes.map((node) => `${node.id}:${node.status}`).join(" ")}, failure ${JSON.stringify(state.failure ?? state.pause?.failure ?? null)}`;

/** @throws Error saying where it stood when the deadline (milliseconds UTC) passes first */
export async function within<T>(promise: Promise<T>, deadline: number, where: () => string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited too long: ${where()}`)), Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const isFinished = (state: WorkflowState): boolean => FINISHED.includes(state.phase);
const isPaused = (state: WorkflowState): boolean => statusOf(state) === "paused";
/** Nothing more happens without a person. */
export const isAtRest = (state: WorkflowState): boolean => isFinished(state) || isPaused(state);

export const view = (client: Client, workflowId: string): Promise<WorkflowView> =>
  client.get<WorkflowView>(`/api/workflows/${workflowId}`);

/** Waits for the plan. @throws Error when planning ends any other way */
export async function plannedView(client: Client, workflowId: string): Promise<WorkflowView & { plan: object }> {
  await follow(client, workflowId, (state) => state.phase === "pending_approval" || isAtRest(state));
  const shown = await view(client, workflowId);
  if (shown.plan === null || shown.status !== "pending_approval")
    throw new Error(`No plan: ${shown.status} ${JSON.stringify(shown.error)}`);
  return { ...shown, plan: shown.plan };
}

export const approve = (client: Client, workflowId: string, planVersion: number, capMicros: number) =>
  client.post<WorkflowView>(`/api/workflows/${workflowId}/approve`, { planVersion, capMicros });

/** Plan, approve as proposed, wait for the end. @throws Error unless it completes */
export async function runToEnd(client: Client, workflowId: string, capMicros = 1_000_000): Promise<Followed> {
  const planned = await plannedView(client, workflowId);
  await approve(client, workflowId, planned.plan?.version ?? 0, capMicros);
  const followed = await follow(client, workflowId, isAtRest);
  if (followed.state.phase !== "completed") throw new Error(`It did not complete: ${describe(followed.state)}`);
  return followed;
}

/** All events by pages of `limit`, as a client without a live connection reads them. */
export async function pagedEvents(client: Client, workflowId: string, limit: number): Promise<WorkflowEvent[]> {
  const events: WorkflowEvent[] = [];
  for (;;) {
    const since = events.at(-1)?.version ?? 0;
    const page = await client.get<{ events: WorkflowEvent[]; version: number }>(
      `/api/workflows/${workflowId}/events?since=${since}&limit=${limit}`,
    );
    events.push(...page.events);
    if (page.events.length === 0 || (events.at(-1)?.version ?? 0) >= page.version) return events;
  }
}

/** Text of every result by name. */
export async function resultTexts(client: Client, shown: WorkflowView): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { id, name } of shown.artifacts)
    texts.set(name, new TextDecoder().decode(await client.bytes(`/api/workflows/${shown.id}/artifacts/${id}`)));
  return texts;
}
