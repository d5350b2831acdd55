import type { Clock, Randomness } from "../../../shared/lib/ports.ts";
import { NO_USAGE } from "../../../shared/workflow/content.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ModelOutcome } from "../../models/port.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Hash, LogStore, Timers } from "../ports.ts";
import type { Gate } from "./admission.ts";
import { Backoff } from "./backoff.ts";
import { isActive, isFinished } from "./commands.ts";
import { EffectRunner } from "./effect-runner.ts";
import { failureFrom, failureOf } from "./faults.ts";
import { type Journal, StorageFailed } from "./journal.ts";
import { unusedLease } from "./money.ts";
import type { Services, ToolOutcome } from "./services.ts";
import { BROKEN_TOOL, callSettled, keep, LARGE_TOOL, toolSettled, withoutAnswer } from "./settle.ts";
import { Similar } from "./similar.ts";
import { agentOf, MAX_TOOLS, openTools, type StartCall, type StartTool, superStep } from "./super-step.ts";

/** A timer nearer than this is waited for in place; a later one is left to the alarm. */
const STAY_MS = 2_000;
const NOT_YET_MS = 100;
/** How long an aborted call may take to say what it cost before the worst is booked. */
const ABORT_GRACE_MS = 10_000;
/** Wakes in a row that found work torn off, before a person is asked to look. */
const MAX_CRASHES = 5;

export interface ExecutorDeps {
  readonly journal: Journal;
  readonly store: Pick<LogStore, "number" | "setNumber">;
  readonly clock: Clock;
  readonly random: Pick<Randomness, "id">;
  readonly timers: Timers;
  readonly outbox: Outbox;
  /** Whether there is room to run. */
  readonly gate: Gate;
  /** What reaches outside; read when it is needed first. */
  readonly outside: () => Services["outside"];
  readonly hash: Hash;
  readonly loadServices: (state: WorkflowState) => Promise<Services>;
  /** Text as it streams, for the screen. */
  readonly onText: (nodeId: string | null, delta: string) => void;
  /** The answer that was streaming is over. */
  readonly onAnswer: (nodeId: string | null) => void;
  readonly report: (what: string, error: unknown) => void;
}

/**
 * Carries a workflow forward. It runs inside the object's alarm and nowhere else (SPEC R1).
 *
 * X1 Work is started only after its intent is in the log, and is kept in `#work` until it is settled there.
 * X2 An open call in the log that is not in `#work` was torn off by a crash: it is booked, never awaited.
 * X3 An open tool in the log that is not in `#work` is run again; what reaches outside is left to the effect runner.
 * X4 Nothing that a step, a tool or a model does ends the loop: failures become events.
 * X5 Work outlives a run: the next run in the same instance finds it in `#work`.
 */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #work = new Map<string, AbortController>();
  readonly #leaseBackoff = new Backoff();
  readonly #loadBackoff = new Backoff();
  readonly #effects: EffectRunner;
  readonly #similar: Similar;
  #services: Services | null = null;
  #leaseDry = false;
  #running = false;
  #began = false;
  #abortedAt: number | null = null;
  #wake: () => void = () => {};

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    this.#similar = new Similar(deps.journal);
    this.#effects = new EffectRunner({ ...deps, start: (key, work) => this.#start(key, work) });
    deps.journal.onAppend((events) => {
      // Another orchestrator: it is loaded before anything more is decided.
      if (events.some((event) => event.name === "workflow.migrated")) this.#services = null;
      if (!events.some((event) => event.name === "workflow.resumed" || event.name === "cap.raised")) return;
      this.#leaseDry = false;
      this.#leaseBackoff.reset();
      this.#loadBackoff.reset();
      this.#deps.store.setNumber("crashes", 0);
    });
  }

  get running(): boolean {
    return this.#running;
  }

  /** Something changed: look again now. */
  poke(): void {
    this.#wake();
  }

  /** Ends everything under way, without waiting: the object is being erased. */
  stop(): void {
    for (const abort of this.#work.values()) abort.abort();
    this.#work.clear();
    this.#wake();
  }

  /**
   * Works for at most `budgetMs`. Gives the time at which it must run again (milliseconds UTC), or null when only a
   * command can bring something new.
   */
  async run(budgetMs: number): Promise<number | null> {
    const { clock, timers } = this.#deps;
    if (this.#running) return clock.now() + STAY_MS;
    this.#running = true;
    const until = clock.now() + budgetMs;
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        const dueAt = this.#turn();
        const now = clock.now();
        if (this.#work.size === 0 && (dueAt === null || dueAt > now + STAY_MS)) return dueAt;
        if (now >= until) return now;
        const sleeper = new AbortController();
        // What is due after a turn could not be done in it: it is not asked about without a pause.
        const wait = Math.max(NOT_YET_MS, Math.min(dueAt ?? until, until) - now);
        await Promise.race([woken, timers.sleep(wait, sleeper.signal)]);
        sleeper.abort();
      }
    } finally {
      this.#running = false;
    }
  }

  /** Everything that can be done without waiting. Gives when the next timer is due. */
  #turn(): number | null {
    const { journal, outbox, clock } = this.#deps;
    try {
      if (!this.#began) journal.beginEpoch();
      this.#recover();
      this.#began = true;
      this.#effects.turn(this.#deps.gate.admitted);
      const state = journal.state;
      if (state && isFinished(state)) this.#finish(state);
      else if (state) this.#advance(state);
    } catch (error) {
      this.#attention(error);
    }
    this.#deps.gate.turn(journal.state, (key, work) => this.#start(key, work));
    const outboxAt = outbox.dueAt();
    if (outboxAt !== null && outboxAt <= clock.now()) this.#start("outbox", () => outbox.deliver());
    return this.#nextDue();
  }

  /** X2, X3. */
  #recover(): void {
    const { journal, store } = this.#deps;
    const state = journal.state;
    if (!state) return;
    const lost = Object.values(state.calls).filter((call) => !this.#work.has(call.callId));
    for (const call of lost)
      journal.append(agentOf(state, call.nodeId), [
        { name: "call.unconfirmed", data: { callId: call.callId, bookedMicros: call.reservedMicros } },
      ]);
    if (this.#began || isFinished(state) || (lost.length === 0 && !this.#effects.tornOff(state))) return;
    const crashes = store.number("crashes") + 1;
    store.setNumber("crashes", crashes);
    if (crashes >= MAX_CRASHES && !state.pause)
      this.#attention(new Error(`torn off ${crashes} times without getting on`));
  }

  #advance(before: WorkflowState): void {
    const { journal, clock, random } = this.#deps;
    const resumeAt = before.pause?.resumeAt;
    if (resumeAt && Date.parse(resumeAt) <= clock.now())
      journal.append(SYSTEM, [{ name: "workflow.resumed", data: {} }]);
    const state = journal.state;
    if (!state || !isActive(state)) return;
    const services = this.#services;
    if (!services && this.#loadBackoff.readyAt <= clock.now()) this.#start("services", () => this.#load(state));
    if (!services || !this.#deps.gate.admitted) return;
    const tools = openTools(state).filter((tool) => !this.#effects.owns(state, tool));
    for (const tool of tools.slice(0, MAX_TOOLS)) if (!this.#work.has(tool.toolCallId)) this.#startTool(tool, services);
    const { orchestrator, model, profiles, outside } = services;
    const around = { now: clock.now(), profiles, services: outside.services, outsideTools: outside.tools };
    const work = superStep({ journal, orchestrator, model, random, around, leaseDry: this.#leaseDry });
    for (const call of work.calls) this.#startCall(call, services);
    for (const tool of work.tools) if (!this.#effects.owns(state, tool)) this.#startTool(tool, services);
    if (work.leaseMicros > 0 && this.#leaseBackoff.readyAt <= clock.now())
      this.#start("lease", () => this.#lease(work.leaseMicros, services));
    this.#similar.turn(services.project, (key, ask) => this.#start(key, ask));
    const version = journal.state?.version;
    this.#effects.turn(true);
    if (work.problem) this.#attention(work.problem);
    else if (journal.state?.version !== version) this.#wake();
    else this.#noticeRest(work.leaseMicros > 0);
  }

  /**
   * Nothing under way and no timer to wait for: the workflow rests until a person answers (SPEC P5), or, when nobody
   * was asked, until a person looks at what is wrong (SPEC R6).
   */
  #noticeRest(wantsLease: boolean): void {
    const { journal, clock } = this.#deps;
    const state = journal.state;
    if (!state || !isActive(state)) return;
    const underWay = [...this.#work.keys()].some((key) => key !== "outbox");
    if (underWay || wantsLease || retryTimes(state).some((at) => at > clock.now())) return;
    if (this.#effects.retryAt !== null) return;
    const isOpen = (one: { readonly status: string }) => one.status === "open";
    if (state.questions.some(isOpen) || state.approvals.some((one) => one.kind === "effect" && isOpen(one)))
      journal.append(SYSTEM, [{ name: "workflow.paused", data: { reason: "person", failure: null, resumeAt: null } }]);
    else this.#attention(new Error("the orchestrator has nothing left to do, and the workflow is not at its end"));
  }

  #attention(error: unknown): void {
    const { journal, report } = this.#deps;
    // Nothing can be written now: the alarm comes again (SPEC R13).
    if (error instanceof StorageFailed) throw error;
    report("workflow needs attention", error);
    const state = journal.state;
    if (!state || state.pause || isFinished(state)) return;
    const failure = failureFrom(error);
    journal.append(SYSTEM, [{ name: "workflow.paused", data: { reason: "attention", failure, resumeAt: null } }]);
  }

  /** SPEC R7: aborts what is under way, waits for its bill, gives back what was not used. */
  #finish(state: WorkflowState): void {
    const { journal, clock } = this.#deps;
    const now = clock.now();
    this.#abortedAt ??= now;
    this.#effects.endSoon();
    for (const [key, abort] of this.#work)
      if (key !== "outbox" && key !== "lease" && !this.#effects.isWrite(key)) abort.abort();
    const open = Object.values(state.calls);
    if (open.length > 0 && now < this.#abortedAt + ABORT_GRACE_MS) return;
    for (const call of open) {
      this.#work.delete(call.callId);
      journal.append(SYSTEM, [
        { name: "call.unconfirmed", data: { callId: call.callId, bookedMicros: call.reservedMicros } },
      ]);
    }
    if (this.#work.has("lease")) return;
    const micros = unusedLease(journal.state?.cost ?? state.cost);
    if (micros > 0) journal.append(SYSTEM, [{ name: "money.returned", data: { micros } }]);
  }

  #nextDue(): number | null {
    const { journal, outbox, clock, gate } = this.#deps;
    const state = journal.state;
    if (!state) return null;
    const now = clock.now();
    const outboxAt = outbox.dueAt();
    const times = outboxAt === null || this.#work.has("outbox") ? [] : [outboxAt];
    const effectsAt = this.#effects.dueAt(state);
    if (effectsAt !== null) times.push(effectsAt);
    if (isFinished(state)) {
      if (Object.keys(state.calls).length > 0) times.push((this.#abortedAt ?? now) + ABORT_GRACE_MS);
    } else {
      this.#abortedAt = null;
      if (state.pause?.resumeAt) times.push(Date.parse(state.pause.resumeAt));
      else if (isActive(state)) {
        times.push(...retryTimes(state).filter((at) => at > now));
        for (const backoff of [this.#loadBackoff, this.#leaseBackoff])
          if (backoff.readyAt > now) times.push(backoff.readyAt);
        const askAt = gate.dueAt(state);
        if (askAt !== null) times.push(askAt);
      }
    }
    return times.length > 0 ? Math.min(...times) : null;
  }

  async #load(state: WorkflowState): Promise<void> {
    try {
      const services = await this.#deps.loadServices(state);
      const now = this.#deps.journal.state?.framework ?? state.framework;
      if (now.name !== state.framework.name || now.version !== state.framework.version) return;
      this.#services = services;
      this.#loadBackoff.reset();
    } catch (error) {
      if (this.#loadBackoff.fail(this.#deps.clock.now())) this.#attention(error);
      else this.#deps.report("services could not be loaded", error);
    }
  }

  async #lease(micros: number, services: Services): Promise<void> {
    const { journal, clock, report } = this.#deps;
    const workflowId = journal.state?.id;
    const trancheId = journal.nextTranche;
    if (workflowId === undefined) return;
    try {
      const { granted, asked } = await services.project.lease({ workflowId, trancheId, micros });
      this.#leaseBackoff.reset();
      // The head has moved while the project answered: what holds is decided again from the state as it is now.
      if (journal.state === null || journal.nextTranche !== trancheId) return;
      // A tranche whose first answer was lost is compared with what it was asked for then.
      this.#leaseDry = granted < asked;
      journal.append(SYSTEM, [{ name: "money.leased", data: { trancheId, micros: granted } }]);
    } catch (error) {
      if (this.#leaseBackoff.fail(clock.now())) this.#attention(error);
      else report("budget could not be leased", error);
    }
  }

  #startCall({ callId, nodeId, request }: StartCall, { model, loadImage }: Services): void {
    this.#start(callId, async (signal) => {
      const onText = (delta: string) => this.#deps.onText(nodeId, delta);
      const outcome = await model.call(request, { signal, onText, loadImage }).catch(brokenCall);
      this.#deps.onAnswer(nodeId);
      const settle = (one: ModelOutcome) => this.#settleCall(callId, one);
      await keep(
        this.#deps,
        signal,
        () => settle(outcome),
        () => settle(withoutAnswer(outcome)),
      );
    });
  }

  #settleCall(callId: string, outcome: ModelOutcome): void {
    const { journal, store } = this.#deps;
    const state = journal.state;
    const call = state?.calls[callId];
    if (!state || !call) return;
    journal.append(agentOf(state, call.nodeId), [callSettled(call, outcome)]);
    if (outcome.ok && store.number("crashes") > 0) store.setNumber("crashes", 0);
  }

  #startTool(tool: StartTool, { tools }: Services): void {
    const { journal, clock, report } = this.#deps;
    this.#start(tool.toolCallId, async (signal) => {
      const from = clock.now();
      const outcome = await tools.run(tool, signal).catch((error: unknown): ToolOutcome => {
        report(`tool ${tool.name} broke`, error);
        return BROKEN_TOOL;
      });
      const durationMs = Math.max(0, clock.now() - from);
      const settle = (one: ToolOutcome) => {
        const state = journal.state;
        // A step that was started afresh, or a run that ended, no longer wants the result.
        if (!state || isFinished(state) || !openTools(state).some((open) => open.toolCallId === tool.toolCallId))
          return;
        journal.append(agentOf(state, tool.nodeId), toolSettled(tool, one, durationMs));
      };
      await keep(
        this.#deps,
        signal,
        () => settle(outcome),
        () => settle(LARGE_TOOL),
      );
    });
  }

  /** Runs work beside the loop under a key that is taken until it ends. X4: it cannot reject. */
  #start(key: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#work.has(key)) return;
    const abort = new AbortController();
    this.#work.set(key, abort);
    const done = () => {
      if (this.#work.get(key) === abort) this.#work.delete(key);
      this.#wake();
    };
    work(abort.signal)
      .catch((error: unknown) => this.#deps.report(`work ${key} broke`, error))
      .finally(done)
      .catch(() => {});
  }
}

/** The port promises not to throw; when an adapter does, its bill is unknown. */
function brokenCall(error: unknown): ModelOutcome {
  const technical = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    failure: failureOf("model_unreachable", technical),
    retryable: true,
    retryAfterMs: null,
    usage: NO_USAGE,
    billingUnknown: true,
  };
}

function retryTimes(state: WorkflowState): number[] {
  const times = [state.planning.retryAt, ...state.nodes.map((node) => node.retryAt)];
  return times.filter((at) => at !== null).map((at) => Date.parse(at));
}
