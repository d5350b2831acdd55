import { DurableObject } from "cloudflare:workers";
import { type Action, can, type Member, type Role } from "../../shared/access/roles.ts";
import type { ArtifactView, EffectView, WorkflowView } from "../../shared/api/workflows.ts";
import { CODES } from "../../shared/errors/codes.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import { OBJECT_PATHS } from "../../shared/protocol/object-paths.ts";
import type {
  Answer,
  Checkpoint,
  CreateWorkflow,
  ForkRequest,
  ImportWorkflow,
  WorkflowRpc,
} from "../../shared/protocol/object-rpc.ts";
import type { ProjectionPage } from "../../shared/protocol/projection.ts";
import { decodeMember, MEMBER_HEADER } from "../../shared/protocol/trusted-member.ts";
import type { WorkflowCommand } from "../../shared/protocol/workflow-commands.ts";
import type { EventBody, WorkflowEvent } from "../../shared/workflow/events.ts";
import { SYSTEM } from "../../shared/workflow/records.ts";
import { redactEvent } from "../../shared/workflow/redact.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import { toArtifactView, toWorkflowView } from "../../shared/workflow/view.ts";
import type { Env } from "../env.ts";
import { isStranded, nudge, runAlarm } from "./alarms/run-alarm.ts";
import { aroundOf } from "./around.ts";
import { commit } from "./commit.ts";
import { compose, report, type Workflow } from "./compose.ts";
import { effectViews } from "./effects/views.ts";
import * as commands from "./engine/commands.ts";
import { dropApprover } from "./engine/decisions.ts";
import { problemFrom } from "./engine/faults.ts";
import { checkpointOf, pastOf, snapshotOf } from "./fork/checkpoint.ts";
import { createdEvent, importedEvent } from "./fork/first-event.ts";
import { createSchema, hasSchema } from "./log/schema.ts";
import { modelNames } from "./model-names.ts";
import { seam } from "./outside.ts";
import type { Outside } from "./ports.ts";

/** When an object that could not be opened is tried again. */
const OPEN_AGAIN_MS = 30_000;
const MAX_EVENTS = 1000;

/** One workflow: a shell that ties the log, the executor and the connections to the platform. See SPEC.md. */
export class WorkflowObject extends DurableObject<Env> implements WorkflowRpc {
  readonly #outside: Outside;
  /** Null where no workflow was created. */
  #workflow: Workflow | null = null;
  #fault = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#outside = seam.outsideOf(env);
    this.#open();
  }

  /** Creating the same id again gives what is there. */
  async create(input: CreateWorkflow): Promise<Answer<WorkflowView>> {
    if (this.#isBegun()) return this.view({ userId: input.createdBy, role: "owner" });
    return this.#begin(input.createdBy, createdEvent(this.#outside, input));
  }

  async view(member: Member): Promise<Answer<WorkflowView>> {
    const read = this.#read(member, "workflow.read");
    if (!read.ok) return read;
    if (read.value.state.queue) await read.value.workflow.admission.locate();
    return ok(this.#view(read.value.state));
  }

  /** Checks and appends in one turn: of two commands at once, the second sees what the first did. */
  async act(member: Member, command: WorkflowCommand, key?: string): Promise<Answer<WorkflowView>> {
    const read = this.#read(member, "workflow.write");
    if (!read.ok) return read;
    const around = await aroundOf(command, read.value.state, this.#outside, read.value.workflow);
    const again = this.#read(member, "workflow.write");
    if (!again.ok) return again;
    const done = commit(again.value.workflow, member.userId, (state) => commands.decide(state, command, around), key);
    return done.ok ? ok(this.#view(done.value)) : done;
  }

  async events(
    member: Member,
    since: number,
    limit: number,
  ): Promise<Answer<{ events: WorkflowEvent[]; version: number }>> {
    const read = this.#read(member, "workflow.read");
    if (!read.ok) return read;
    const events = read.value.workflow.journal.events(Math.max(0, since), Math.min(MAX_EVENTS, Math.max(1, limit)));
    return ok({ events: events.map(redactEvent), version: read.value.state.version });
  }

  async artifact(
    member: Member,
    artifactId: string,
  ): Promise<Answer<{ view: ArtifactView; key: string; header: string }>> {
    const read = this.#read(member, "artifact.read");
    if (!read.ok) return read;
    const artifact = read.value.state.artifacts.find((one) => one.id === artifactId);
    if (!artifact) return err(problem("not_found"));
    return ok({ view: toArtifactView(artifact), key: artifact.key, header: artifact.header });
  }

  async stateAt(member: Member, version: number): Promise<Answer<WorkflowState>> {
    const read = this.#read(member, "workflow.read");
    return read.ok ? pastOf(read.value.workflow.journal, version) : read;
  }

  async stored(member: Member): Promise<Answer<readonly { id: string; key: string; header: string }[]>> {
    const read = this.#read(member, "artifact.read");
    return read.ok ? ok(read.value.state.artifacts.map(({ id, key, header }) => ({ id, key, header }))) : read;
  }

  async snapshot(member: Member): Promise<Answer<{ schemaVersion: number; state: WorkflowState }>> {
    const read = this.#read(member, "workflow.read");
    return read.ok ? snapshotOf(read.value.state) : read;
  }

  async checkpoint(member: Member, request: ForkRequest): Promise<Answer<Checkpoint>> {
    const read = this.#read(member, "workflow.write");
    if (!read.ok) return read;
    const { journal, pricing } = read.value.workflow;
    return checkpointOf(journal, request, await pricing(read.value.state));
  }

  /** The same id again gives what is there; the new run is pinned to the model of today, as every new one. */
  async importState(input: ImportWorkflow): Promise<Answer<WorkflowView>> {
    if (this.#isBegun()) return this.view({ userId: input.createdBy, role: "owner" });
    return this.#begin(input.createdBy, importedEvent(this.#outside, input));
  }

  async effects(member: Member): Promise<Answer<EffectView[]>> {
    const read = this.#read(member, "workflow.read");
    return read.ok ? ok(effectViews(read.value.state, this.#outside)) : read;
  }

  /** What they have open is closed, and what they approved and is not begun needs somebody else. */
  async dropMember(userId: string, role: Role | null): Promise<void> {
    const workflow = this.#open();
    workflow?.hub.dropMember(userId);
    const state = workflow?.journal.state;
    // On a damaged log nothing runs that could act on their word.
    if (!workflow || !state || workflow.journal.damage || (role !== null && can(role, "workflow.write"))) return;
    const facts = dropApprover(state, userId, workflow.clock.now());
    if (facts.length === 0) return;
    workflow.journal.append(SYSTEM, facts);
    nudge(workflow);
  }

  async projections(since: number): Promise<Answer<ProjectionPage | null>> {
    const workflow = this.#open();
    return this.#fault ? err(problem("storage_error")) : ok(workflow?.projections.page(since) ?? null);
  }

  async destroy(): Promise<void> {
    const id = this.#workflow?.journal.state?.id;
    this.#workflow?.journal.close();
    this.#workflow?.executor.stop();
    this.#workflow?.hub.closeAll();
    this.#workflow = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    // A word that is lost costs nothing: the watchdog finds that there is no workflow any more.
    const capacity = this.#outside.capacity();
    if (id) await capacity.leave(id).catch(() => {});
  }

  async nudge(): Promise<{ active: boolean }> {
    const workflow = this.#workflow;
    const state = workflow?.journal.state;
    if (!workflow || !state || !commands.isActive(state)) return { active: false };
    workflow.admission.hurry();
    nudge(workflow);
    return { active: true };
  }

  override async fetch(request: Request): Promise<Response> {
    const member = decodeMember(request.headers.get(MEMBER_HEADER));
    const { pathname } = new URL(request.url);
    const kind = pathname === OBJECT_PATHS.socket ? "socket" : pathname === OBJECT_PATHS.stream ? "stream" : null;
    const read = member && kind ? this.#read(member, "workflow.read") : err(problem("not_found"));
    if (!read.ok || !member || !kind) {
      const refused = read.ok ? problem("not_found") : read.error;
      return Response.json(refused, { status: CODES[refused.code].status });
    }
    return read.value.workflow.hub.connect(request, kind, member, read.value.state);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#workflow?.hub.receive(socket, message);
  }

  /** The executor runs here and nowhere else. It never throws: the platform gives up after a few failed alarms. */
  override async alarm(): Promise<void> {
    const workflow = this.#open();
    if (workflow) await runAlarm(workflow, () => this.#workflow === workflow);
    else if (this.#fault) await this.ctx.storage.setAlarm(Date.now() + OPEN_AGAIN_MS);
  }

  /** Null where no workflow was created, and where its storage cannot be read: then `#fault` is set, and it is tried again. */
  #open(): Workflow | null {
    if (this.#workflow) return this.#workflow;
    try {
      this.#workflow = hasSchema(this.ctx.storage.sql) ? compose(this.ctx, this.#outside) : null;
      this.#fault = false;
    } catch (error) {
      this.#fault = true;
      report(this.ctx.id.name ?? "", "the workflow could not be opened", error);
    }
    return this.#workflow;
  }

  /** An attempt whose first event was not written has left an empty log, or one that cannot be opened now. */
  #isBegun(): boolean {
    const journal = this.#open()?.journal;
    return this.#fault || (journal !== undefined && (journal.state !== null || journal.damage !== null));
  }

  #begin(createdBy: string, event: Answer<EventBody>): Answer<WorkflowView> {
    if (!event.ok) return event;
    createSchema(this.ctx.storage.sql);
    const workflow = this.#workflow ?? compose(this.ctx, this.#outside);
    try {
      workflow.journal.append({ kind: "user", id: createdBy }, [event.value]);
    } catch (error) {
      report(this.ctx.id.name ?? "", "a workflow was not created", error);
      return err(problemFrom(error, "storage_error"));
    }
    this.#workflow = workflow;
    nudge(workflow);
    const { state } = workflow.journal;
    return state ? ok(this.#view(state)) : err(problem("internal"));
  }

  #read(member: Member, action: Action): Answer<{ workflow: Workflow; state: WorkflowState }> {
    const workflow = this.#open();
    const state = workflow?.journal.state;
    if (this.#fault) return err(problem("storage_error"));
    if (!workflow || !state) return err(workflow?.journal.refusal ?? problem("not_found"));
    const refusal = commands.refusalFor(member, action);
    if (refusal) return err(refusal);
    // Whatever made the alarm vanish: whoever looks at a run that should be going sets it going.
    if (isStranded(workflow)) nudge(workflow);
    return ok({ workflow, state });
  }

  #view(state: WorkflowState): WorkflowView {
    const position = this.#workflow?.admission.position ?? null;
    return toWorkflowView(state, state.locale, modelNames(this.#outside, state), Date.now(), position);
  }
}
