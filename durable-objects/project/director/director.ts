import type { FileProfile } from "../../../shared/api/files.ts";
import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import { type MessageView, PostMessage } from "../../../shared/api/messages.ts";
import type { WorkflowView } from "../../../shared/api/workflows.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import { newId } from "../../../shared/lib/ids.ts";
import type { Answer } from "../../../shared/protocol/object-rpc.ts";
import type { ProjectDownFrame } from "../../../shared/protocol/project-socket.ts";
import type { ConnectingMember } from "../../../shared/protocol/trusted-member.ts";
import type { Env } from "../../env.ts";
import { modelFromEnv } from "../../models/registry.ts";
import { projectKey } from "../../storage/project-key.ts";
import { createSealedStore } from "../../storage/sealed-store.ts";
import { httpOutside } from "../../workflow/tools/http/configured.ts";
import type { Conversation } from "../conversation.ts";
import type { ProjectMoney } from "../money.ts";
import type { Watchers } from "../watchers.ts";
import { DirectorJobs } from "./jobs.ts";
import { bookOrphans, type DirectorHost, runJob } from "./run-job.ts";

/** Messages that may wait for an answer; the next one is asked to wait. */
const MAX_WAITING = 5;

interface Parts {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly projectId: () => string;
  /** Once the project is deleted nothing more is answered. */
  readonly isOpen: () => boolean;
  readonly conversation: Conversation;
  readonly money: ProjectMoney;
  readonly watchers: Watchers;
  readonly startWorkflow: (
    userId: string,
    input: {
      id: string;
      goal: string;
      name: string;
      fileIds: readonly string[];
      exactFiles: boolean;
      locale: "en" | "ar";
    },
  ) => Promise<Answer<WorkflowView>>;
}

/** The agent the user talks to. A reply is a logged job that the alarm carries out; HTTP and sockets only watch. */
export class Director {
  readonly #parts: Parts;
  readonly #jobs: DirectorJobs;
  /** Text so far of answers that are streaming in this instance. */
  readonly #streaming = new Map<string, string>();
  #adopted = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#jobs = new DirectorJobs(parts.ctx.storage.sql);
  }

  /** Logs the message and the answer it is owed, then streams that answer until it is complete. */
  async post(member: ConnectingMember, request: Request): Promise<Response> {
    const parsed = PostMessage.safeParse(await request.json().catch(() => null));
    if (!parsed.success) return refuse(problem("invalid_request", { fields: "text" }));
    const { text, fileIds, locale } = parsed.data;
    if (text === "" && fileIds.length === 0) return refuse(problem("message_empty"));
    if (text.length > MAX_MESSAGE_CHARS)
      return refuse(problem("message_too_long", { max: MAX_MESSAGE_CHARS, length: text.length }));
    if (this.#jobs.waiting() >= MAX_WAITING) return refuse(problem("director_busy"));

    const { ctx, env, conversation, watchers } = this.#parts;
    const library = env.LIBRARY.getByName(this.#parts.projectId());
    const found = await library.pick(fileIds, false);
    if (found === null || !this.#parts.isOpen()) return refuse(problem("not_found"));
    const files = found.map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
    // Others may have posted while the library answered.
    if (this.#jobs.waiting() >= MAX_WAITING) return refuse(problem("director_busy"));

    // Readers order by time: the answer comes after what it answers.
    const now = Date.now();
    const at = new Date(now).toISOString();
    const question: MessageView = {
      id: newId("msg"),
      role: "user",
      text,
      status: "complete",
      at,
      ...(files.length > 0 && { files }),
    };
    const reply: MessageView = {
      id: newId("msg"),
      role: "assistant",
      text: "",
      status: "streaming",
      at: new Date(now + 1).toISOString(),
    };
    ctx.storage.transactionSync(() => {
      conversation.append(question);
      conversation.append(reply);
      this.#jobs.add({ id: newId("job"), messageId: reply.id, questionId: question.id, userId: member.userId, locale });
    });
    await ctx.storage.setAlarm(Date.now());
    watchers.send({ type: "message", message: question });
    watchers.send({ type: "message", message: reply });
    return watchers.stream(reply.id, member, [
      { type: "message", message: question },
      { type: "message", message: reply },
    ]);
  }

  /** A stored message with what has streamed of it so far. */
  live(message: MessageView): MessageView {
    const text = this.#streaming.get(message.id);
    return message.status === "streaming" && text !== undefined ? { ...message, text } : message;
  }

  /** For a socket that opens in the middle of an answer. */
  openMessages(): ProjectDownFrame[] {
    return [...this.#streaming.keys()].flatMap((id) => {
      const message = this.#parts.conversation.get(id);
      return message ? [{ type: "message" as const, message: this.live(message) }] : [];
    });
  }

  due(): number | null {
    return this.#jobs.due();
  }

  /** Runs what is due, in order. Jobs a dead process left are booked first and tried again. */
  async work(): Promise<void> {
    const host = this.#host();
    if (!this.#adopted) bookOrphans(host);
    this.#adopted = true;
    for (let job = this.#jobs.next(Date.now()); job && this.#parts.isOpen(); job = this.#jobs.next(Date.now())) {
      await runJob(host, job);
      this.#streaming.delete(job.messageId);
    }
  }

  #host(): DirectorHost {
    const { ctx, env, conversation, money, watchers } = this.#parts;
    const projectId = this.#parts.projectId();
    const library = env.LIBRARY.getByName(projectId);
    const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
    return {
      model: modelFromEnv(env),
      services: httpOutside(env.HTTP_SERVICES).services,
      conversation,
      jobs: this.#jobs,
      money,
      now: () => Date.now(),
      transaction: (body) => ctx.storage.transactionSync(body),
      profiles: async (fileIds) => {
        const profiles = new Map<string, FileProfile>();
        for (const file of await Promise.all(fileIds.map((id) => library.file(id))))
          if (file?.profile) profiles.set(file.id, file.profile);
        return profiles;
      },
      loadImage: async (fileId) => {
        const file = await library.file(fileId);
        const bytes = file && (await store.get(file.key, file.header));
        if (!bytes) throw new Error("the image is gone");
        return bytes;
      },
      onText: (messageId, delta) => {
        this.#streaming.set(messageId, (this.#streaming.get(messageId) ?? "") + delta);
        watchers.send({ type: "delta", messageId, text: delta });
      },
      onMessage: (message) => {
        this.#streaming.delete(message.id);
        watchers.send({ type: "message", message });
        if (message.status !== "streaming") watchers.finish(message.id);
      },
      propose: async (job, input) => {
        // One answer makes one workflow, however often the job is tried: their ids share the random part.
        const id = `wf_${job.id.slice("job_".length)}`;
        const made = await this.#parts.startWorkflow(job.userId, {
          id,
          locale: job.locale,
          exactFiles: true,
          ...input,
        });
        return made.ok ? id : null;
      },
    };
  }
}

function refuse(refusal: Problem): Response {
  return Response.json(refusal, { status: 409 });
}
