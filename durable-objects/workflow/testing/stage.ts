import { env, runInDurableObject } from "cloudflare:test";
import { expect, vi } from "vitest";
import type { Member } from "../../../shared/access/roles.ts";
import { newId } from "../../../shared/lib/ids.ts";
import { OBJECT_PATHS } from "../../../shared/protocol/object-paths.ts";
import type { Answer, CreateWorkflow, WorkflowRpc } from "../../../shared/protocol/object-rpc.ts";
import { type ConnectingMember, encodeMember, MEMBER_HEADER } from "../../../shared/protocol/trusted-member.ts";
import type { WorkflowDownFrame } from "../../../shared/protocol/workflow-socket.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { seam } from "../outside.ts";
import type { Outside } from "../ports.ts";
import { type Script, says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "./scripted.ts";

export const owner: Member = { userId: "usr_owner", role: "owner" };
export const viewer: Member = { userId: "usr_viewer", role: "viewer" };

const real = seam.outsideOf;

/** From now on new instances of the object run this script; planning answers by itself. */
export function script(answer: Script, plan = scriptedPlan(2), changes: Partial<Outside> = {}) {
  const model = scriptedModel((request, options, call) =>
    request.system === "plan" ? says("plan") : answer(request, options, call),
  );
  const orchestrator = scriptedOrchestrator(plan);
  vi.spyOn(seam, "outsideOf").mockImplementation((bindings) => ({
    ...real(bindings),
    frameworkForNew: () => orchestrator,
    orchestrator: () => orchestrator,
    model: () => model,
    ...changes,
  }));
  return model;
}

/** One workflow in a project of its own, in the real runtime. */
export class Stage {
  readonly id = newId("wf");
  readonly projectId = newId("prj");

  get stub() {
    return env.WORKFLOW.getByName(this.id);
  }

  /** The object as the Worker sees it (durable-objects/env.ts). */
  get workflow(): WorkflowRpc {
    // SAFETY: the stub speaks this interface; the platform's own types lose the results' types on the way.
    return this.stub as WorkflowRpc;
  }

  async openProject(): Promise<void> {
    await env.PROJECT.getByName(this.projectId).create({ id: this.projectId, name: "Clinic", ownerId: owner.userId });
  }

  async create(changes: Partial<CreateWorkflow> = {}): Promise<void> {
    await this.openProject();
    const { id, projectId } = this;
    const input = { id, projectId, name: "", userInput: "Add it up", locale: "en" as const, files: [] };
    must(await this.workflow.create({ ...input, createdBy: owner.userId, ...changes }));
  }

  /** Created, planned and approved. */
  async approve(capMicros = 1_000_000): Promise<void> {
    await this.create();
    await this.until("pending_approval");
    must(await this.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros }));
  }

  async view() {
    return must(await this.workflow.view(owner));
  }

  /** The object's own alarm does the work: nothing here pushes it. */
  async until(status: string) {
    return vi.waitUntil(
      async () => {
        const view = await this.view();
        return view.status === status ? view : null;
      },
      { timeout: 10_000, interval: 10 },
    );
  }

  async events(): Promise<WorkflowEvent[]> {
    return must(await this.workflow.events(owner, 0, 1000)).events;
  }

  async untilEvent(name: WorkflowEvent["name"]): Promise<WorkflowEvent> {
    return vi.waitUntil(async () => (await this.events()).find((event) => event.name === name) ?? null, {
      timeout: 10_000,
      interval: 10,
    });
  }

  /** Runs `work` in the object's own context: what a script awaits must be resolved there. */
  inside(work: () => void): Promise<void> {
    return runInDurableObject(this.stub, work);
  }

  request(path: string, member: ConnectingMember | null, headers: Record<string, string> = {}): Promise<Response> {
    const named = member ? { [MEMBER_HEADER]: encodeMember(member) } : {};
    return this.stub.fetch(new Request(`https://object${path}`, { headers: { ...named, ...headers } }));
  }

  async socket(since?: number, member: ConnectingMember = owner): Promise<TestSocket> {
    const query = since === undefined ? "" : `?since=${since}`;
    const response = await this.request(`${OBJECT_PATHS.socket}${query}`, member, { upgrade: "websocket" });
    expect(response.status).toBe(101);
    const socket = response.webSocket;
    if (!socket) throw new Error("no socket");
    return new TestSocket(socket);
  }
}

export class TestSocket {
  readonly frames: WorkflowDownFrame[] = [];
  readonly #socket: WebSocket;
  closed: { code: number } | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(JSON.parse(String(data)));
    });
    socket.addEventListener("close", ({ code }) => {
      this.closed = { code };
    });
    socket.accept();
  }

  send(data: string | ArrayBuffer): void {
    this.#socket.send(data);
  }

  close(): void {
    this.#socket.close(1000);
  }

  get versions(): number[] {
    return this.frames.flatMap((frame) => (frame.type === "event" ? [frame.event.version] : []));
  }

  async until(check: (socket: TestSocket) => boolean): Promise<void> {
    await vi.waitUntil(() => check(this), { timeout: 10_000, interval: 5 });
  }
}

export function must<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`refused: ${answer.error.code}`);
  return answer.value;
}

export const codeOf = (answer: Answer<unknown>): string => (answer.ok ? "ok" : answer.error.code);
