import type { EffectView, WorkflowListItem, WorkflowView } from "../../../shared/api/workflows.ts";
import type { WorkflowDownFrame } from "../../../shared/protocol/workflow-socket.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { Client } from "../../harness/client.ts";
import type { Acknowledged, Memory, Watched } from "./memory.ts";
import type { Outside } from "./outside.ts";
import type { Triggers } from "./triggers.ts";

const CAP_MICROS = 900_000_000;
/** What a project may spend: kills book worst cases, and money is not what is tried here. */
const BUDGET_MICROS = 100_000_000_000;

/** One person with one project, working on many workflows while the server dies under their hands. */
export class Person {
  readonly #client: Client;
  readonly #memory: Memory;
  readonly #triggers: Triggers;
  readonly #truth: Outside["truth"];
  readonly #number: number;
  #projectId = "";
  #commands = 0;
  /** Commands whose answer never came. */
  readonly #cut: Command[] = [];

  constructor(baseUrl: string, number: number, memory: Memory, triggers: Triggers, truth: Outside["truth"]) {
    this.#client = new Client(baseUrl);
    this.#number = number;
    this.#memory = memory;
    this.#triggers = triggers;
    this.#truth = truth;
  }

  get client(): Client {
    return this.#client;
  }

  async begin(): Promise<void> {
    await this.#client.signUp();
    this.#projectId = (await this.#client.post<{ id: string }>("/api/projects", { name: "Clinic" })).id;
    await this.#client.patch(`/api/projects/${this.#projectId}/budget`, { budgetMicros: BUDGET_MICROS });
  }

  /** Asks for one run. Its answer is an acknowledgement like any other. */
  async ask(mark: string): Promise<void> {
    const message = `Register the visits ${mark}`;
    const { id, version } = await this.#client.post<WorkflowView>(`/api/projects/${this.#projectId}/workflows`, {
      message,
    });
    this.#memory.workflows.push({ id, person: this.#number, mark, heard: new Map(), gaps: [] });
    this.#memory.acknowledged.push({
      workflowId: id,
      what: "create",
      version,
      is: (event) => event.name === "workflow.created" && event.data.userInput === message,
    });
  }

  /** All of this person's runs as the project lists them: asking there never wakes a run. */
  async list(): Promise<WorkflowListItem[]> {
    const items: WorkflowListItem[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: WorkflowListItem[]; nextCursor: string | null } = await this.#client.get(
        `/api/projects/${this.#projectId}/workflows?limit=100${query}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }

  /** Decides whatever waits for a person in one workflow. Gives the status it was seen in. */
  async attend(watched: Watched): Promise<string> {
    const view = await this.#client.get<WorkflowView>(`/api/workflows/${watched.id}`);
    if (view.status === "pending_approval") await this.#approvePlan(watched, view);
    for (const approval of view.approvals) if (approval.status === "open") await this.#approve(watched, approval);
    for (const question of view.questions) {
      if (question.status !== "open") continue;
      const answer = await this.#answerTo(watched, question);
      await this.#command(
        watched,
        `answer ${question.id}`,
        "/answers",
        { questionId: question.id, answer },
        (event) =>
          event.name === "question.answered" && event.data.questionId === question.id && event.data.answer === answer,
      );
    }
    if (view.status === "paused" && view.paused && ["attention", "service", "person"].includes(view.paused.reason)) {
      const waits =
        view.approvals.some((one) => one.status === "open") || view.questions.some((one) => one.status === "open");
      if (!waits) await this.#client.call("POST", `/api/workflows/${watched.id}/resume`);
    }
    return view.status;
  }

  /** Says something to a running workflow, as people do; each message is unlike every other. */
  async steer(watched: Watched): Promise<void> {
    const message = `Note ${this.#memory.acknowledged.length}-${this.#triggers.below(1_000_000)}`;
    await this.#command(
      watched,
      "steer",
      "/steer",
      { message },
      (event) => event.name === "workflow.steered" && event.data.message === message,
    );
  }

  /** Hears a workflow's log from where it left off, checking that nothing is missed or told twice. */
  async listen(watched: Watched): Promise<WebSocket> {
    let last = Math.max(0, ...watched.heard.keys());
    const socket = await this.#client.socket(`/api/workflows/${watched.id}/socket?since=${last}`);
    socket.addEventListener("message", ({ data }) => {
      // SAFETY: the server's own frame type; events are compared with the log at the end.
      const frame = JSON.parse(String(data)) as WorkflowDownFrame;
      if (frame.type !== "event") return;
      const { version, name } = frame.event;
      if (version !== last + 1) watched.gaps.push(`${watched.id}: ${version} came after ${last}`);
      last = version;
      watched.heard.set(version, frame.event);
      this.#triggers.tell(`frame.${name}`);
    });
    return socket;
  }

  async #answerTo(watched: Watched, question: WorkflowView["questions"][number]): Promise<string> {
    if (question.kind === "repair") return "retry";
    if (question.kind === "agent") return "yes";
    const { items } = await this.#client.get<{ items: EffectView[] }>(`/api/workflows/${watched.id}/effects`);
    const effect = items.find((one) => one.effectId === question.effectId);
    return effect ? this.#truth(effect.service, watched.mark) : "leave";
  }

  async #approvePlan(watched: Watched, view: WorkflowView): Promise<void> {
    const planVersion = view.plan?.version ?? 0;
    await this.#command(
      watched,
      "approve",
      "/approve",
      { planVersion, capMicros: CAP_MICROS, mode: "live" },
      (event) =>
        event.name === "plan.approved" && event.data.planVersion === planVersion && event.data.capMicros === CAP_MICROS,
    );
  }

  async #approve(watched: Watched, { id, arguments: given }: WorkflowView["approvals"][number]): Promise<void> {
    const sent = JSON.stringify(given);
    await this.#command(
      watched,
      `decide ${id}`,
      `/approvals/${id}`,
      { decision: "approved", arguments: given },
      (event) =>
        event.name === "approval.decided" &&
        event.data.approvalId === id &&
        JSON.stringify(event.data.arguments) === sent,
    );
  }

  /** Sends again what was cut off, under the same key: whether it had got through is for the server to know. */
  async repeat(): Promise<void> {
    for (const cut of this.#cut.splice(0)) await this.#send(cut);
  }

  #command(
    watched: Watched,
    what: string,
    path: string,
    body: Record<string, unknown>,
    is: (event: WorkflowEvent) => boolean,
  ): Promise<void> {
    const key = `${this.#number}-${++this.#commands}`;
    return this.#send({ workflowId: watched.id, what, is, path: `/api/workflows/${watched.id}${path}`, body, key });
  }

  /** What the server answers to is written down before anything else can happen. */
  async #send(command: Command): Promise<void> {
    const { path, body, key, ...expected } = command;
    let answer: { status: number; body: WorkflowView };
    try {
      answer = await this.#client.call<WorkflowView>("POST", path, body, { "idempotency-key": key });
    } catch (error) {
      this.#cut.push(command);
      this.#memory.unanswered.push(expected);
      throw error;
    }
    // Its first sending may still be at work, as far as the server knows.
    if (answer.status === 409 && JSON.stringify(answer.body).includes("request_in_progress")) {
      this.#cut.push(command);
      return;
    }
    // A refusal changes nothing: the workflow has moved on, or somebody's earlier answer had got through.
    if (answer.status >= 300) return;
    this.#memory.acknowledged.push({ ...expected, version: answer.body.version });
    this.#triggers.tell("command.acknowledged");
  }
}

/** A command as it is sent, and as often as it takes. */
interface Command extends Pick<Acknowledged, "workflowId" | "what" | "is"> {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly key: string;
}
