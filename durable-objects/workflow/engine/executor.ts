import type { Clock, Randomness } from "../../../shared/lib/ports.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ModelOutcome } from "../../models/port.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Shelf } from "../outbox/shelf.ts";
import type { Hash, LogStore, Timers } from "../ports.ts";
import type { Gate } from "./admission.ts";
import { isActive, isFinished } from "./commands.ts";
import { EffectRunner } from "./effect-runner.ts";
import { failureFrom } from "./faults.ts";
import { type Journal, StorageFailed } from "./journal.ts";
import { unusedLease } from "./money.ts";
import type { Services, ToolOutcome } from "./services.ts";
import { BROKEN_TOOL, brokenCall, callSettled, keep, LARGE_TOOL, toolSettled, withoutAnswer } from "./settle.ts";
import { Similar } from "./similar.ts";
import {
  agentOf,
  isOpenTool,
  MAX_TOOLS,
  openTools,
  retryTimes,
  type StartCall,
  type StartTool,
  superStep,
  type Work,
} from "./super-step.ts";
import { Supplies } from "./supplies.ts";

/** A timer nearer than this is waited for in place; a later one is left to the alarm. */
const STAY_MS = 2_000;
const NOT_YET_MS = 100;
/** How long an aborted call may take to say what it cost before the worst is booked. */
const ABORT_GRACE_MS = 10_000;
/** Work that tells others what is in the log already: the run neither waits for it nor ends it. */
const TELLING: ReadonlySet<string> = new Set(["outbox", "shelf"]);
/** Wakes in a row that found work torn off, before a person is asked to look. */
const MAX_CRASHES = 5;

export interface ExecutorDeps {
  readonly journal: Journal;
  readonly store: Pick<LogStore, "number" | "setNumber">;
  readonly clock: Clock;
  readonly random: Pick<Randomness, "id">;
  readonly timers: Timers;
  readonly outbox: Outbox;
  /** Puts results into the library. */
  readonly shelf: Pick<Shelf, "dueAt" | "deliver">;
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
 * X6 A result and what the orchestrator makes of it are one append; the loop looks again only where more is to be done.
 */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #work = new Map<string, AbortController>();
  readonly #supplies: Supplies;
  readonly #effects: EffectRunner;
  readonly #similar: Similar;
  /** As the store has it. */
  #crashes: number;
  #running = false;
  #began = false;
  #abortedAt: number | null = null;
  /** Until when the loop sleeps when nobody wakes it, milliseconds UTC. */
  #sleepsUntil = 0;
  #wake: () => void = () => {};

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    this.#similar = new Similar(deps.journal);
    this.#effects = new EffectRunner({ ...deps, start: (key, work) => this.#start(key, work) });
    this.#crashes = deps.store.number("crashes");
    this.#supplies = new Supplies({
      ...deps,
      start: (key, work) => this.#start(key, work),
      attention: (error) => this.#attention(error),
    });
    deps.journal.onAppend((events) => {
      if (!events.some((event) => event.name === "workflow.resumed" || event.name === "cap.raised")) return;
      this.#supplies.reset();
      this.#countCrashes(0);
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
        this.#sleepsUntil = now + wait;
        await Promise.race([woken, timers.sleep(wait, sleeper.signal)]);
        sleeper.abort();
      }
    } finally {
      this.#running = false;
    }
  }

  /** Everything that can be done without waiting. Gives when the next timer is due. */
  #turn(): number | null {
    const { journal, outbox, shelf, clock } = this.#deps;
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
    const shelfAt = shelf.dueAt();
    if (shelfAt !== null && shelfAt <= clock.now()) this.#start("shelf", () => shelf.deliver());
    return this.#nextDue();
  }

  /** X2, X3. */
  #recover(): void {
    const { journal } = this.#deps;
    const state = journal.state;
    if (!state) return;
    const lost = Object.values(state.calls).filter((call) => !this.#work.has(call.callId));
    for (const call of lost)
      journal.append(agentOf(state, call.nodeId), [
        { name: "call.unconfirmed", data: { callId: call.callId, bookedMicros: call.reservedMicros } },
      ]);
    if (this.#began || isFinished(state) || (lost.length === 0 && !this.#effects.tornOff(state))) return;
    this.#countCrashes(this.#crashes + 1);
    if (this.#crashes >= MAX_CRASHES && !state.pause)
      this.#attention(new Error(`torn off ${this.#crashes} times without getting on`));
  }

  #countCrashes(crashes: number): void {
    this.#deps.store.setNumber("crashes", crashes);
    this.#crashes = crashes;
  }

  #advance(at: WorkflowState): void {
    const { journal, clock } = this.#deps;
    const resumeAt = at.pause?.resumeAt;
    if (resumeAt && Date.parse(resumeAt) <= clock.now())
      journal.append(SYSTEM, [{ name: "workflow.resumed", data: {} }]);
    const state = journal.state;
    if (!state || !isActive(state)) return;
    this.#supplies.load(state);
    const { services } = this.#supplies;
    if (!services || !this.#deps.gate.admitted) return;
    const tools = openTools(state).filter((tool) => !this.#effects.owns(state, tool));
    for (const tool of tools.slice(0, MAX_TOOLS)) if (!this.#work.has(tool.toolCallId)) this.#startTool(tool, services);
    const before = state.version;
    const work = journal.together(() => this.#decide(services));
    this.#carry(work, services);
    this.#supplies.lease(work.leaseMicros, services);
    this.#similar.turn(services.project, (key, ask) => this.#start(key, ask));
    const decided = journal.state?.version;
    this.#effects.turn(true);
    const now = journal.state;
    // The orchestrator has nothing more to say of its own facts; of others it may have.
    const isOver = now?.version !== before && !(now && isActive(now));
    if (work.problem) this.#attention(work.problem);
    else if (now?.version !== decided || isOver) this.#wake();
    else this.#noticeRest(work.leaseMicros > 0);
  }

  #decide({ orchestrator, model, profiles, outside, runtimes }: Services): Work {
    const { journal, clock, random } = this.#deps;
    const around = { now: clock.now(), profiles, services: outside.services, outsideTools: outside.tools, runtimes };
    return superStep({ journal, orchestrator, model, random, around, leaseDry: this.#supplies.leaseDry });
  }

  /** Begins what is in the log. What reaches outside is left to the effect runner; false when there was any. */
  #carry(work: Work, services: Services): boolean {
    for (const call of work.calls) this.#startCall(call, services);
    let all = true;
    for (const tool of work.tools) {
      const { state } = this.#deps.journal;
      if (state && this.#effects.owns(state, tool)) all = false;
      else this.#startTool(tool, services);
    }
    return all;
  }

  /**
   * X6. Writes down what the work under `key` came to. Most often one more call or tool follows, and the loop would find
   * nothing else: it sleeps on. Whatever is not of that plain kind wakes it.
   * @throws what the append throws; then nothing was written and nothing begun.
   */
  #settle(key: string, write: () => void): void {
    const { journal, gate } = this.#deps;
    const { services } = this.#supplies;
    if (!services || !this.#running || !this.#began || !gate.admitted) {
      write();
      return;
    }
    const work = journal.together(() => {
      write();
      return journal.state && isActive(journal.state) ? this.#decide(services) : null;
    });
    this.#work.delete(key);
    const { state } = journal;
    const plain =
      work !== null && this.#carry(work, services) && !work.problem && work.leaseMicros === 0 && !this.#similar.pending;
    if (!plain || work.calls.length + work.tools.length === 0 || !state || !this.#effects.isIdle(state)) this.#wake();
    else if ((this.#nextDue() ?? this.#sleepsUntil) < this.#sleepsUntil) this.#wake();
  }

  /**
   * Nothing under way and no timer to wait for: the workflow rests until a person answers (SPEC P5), or, when nobody
   * was asked, until a person looks at what is wrong (SPEC R6).
   */
  #noticeRest(wantsLease: boolean): void {
    const { journal, clock } = this.#deps;
    const state = journal.state;
    if (!state || !isActive(state)) return;
    const underWay = [...this.#work.keys()].some((key) => !TELLING.has(key));
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
      if (!TELLING.has(key) && key !== "lease" && !this.#effects.isWrite(key)) abort.abort();
    const open = Object.values(state.calls);
    if (open.length > 0 && now < this.#abortedAt + ABORT_GRACE_MS) return;
    for (const call of open) {
      this.#work.delete(call.callId);
      journal.append(SYSTEM, [
        { name: "call.unconfirmed", data: { callId: call.callId, bookedMicros: call.reservedMicros } },
      ]);
    }
    if (this.#work.has("lease") || this.#supplies.retrieve(state)) return;
    const micros = unusedLease(journal.state?.cost ?? state.cost);
    if (micros > 0) journal.append(SYSTEM, [{ name: "money.returned", data: { micros } }]);
  }

  #nextDue(): number | null {
    const { journal, outbox, shelf, clock, gate } = this.#deps;
    const state = journal.state;
    if (!state) return null;
    const now = clock.now();
    const outboxAt = this.#work.has("outbox") ? null : outbox.dueAt();
    const shelfAt = this.#work.has("shelf") ? null : shelf.dueAt();
    const times = [outboxAt, shelfAt].filter((at) => at !== null);
    const effectsAt = this.#effects.dueAt(state);
    if (effectsAt !== null) times.push(effectsAt);
    if (isFinished(state)) {
      if (Object.keys(state.calls).length > 0) times.push((this.#abortedAt ?? now) + ABORT_GRACE_MS);
      times.push(...this.#supplies.readyAt.filter((at) => at > now));
    } else {
      this.#abortedAt = null;
      if (state.pause?.resumeAt) times.push(Date.parse(state.pause.resumeAt));
      else if (isActive(state)) {
        times.push(...retryTimes(state).filter((at) => at > now));
        times.push(...this.#supplies.readyAt.filter((at) => at > now));
        const askAt = gate.dueAt(state);
        if (askAt !== null) times.push(askAt);
      }
    }
    return times.length > 0 ? Math.min(...times) : null;
  }

  #startCall({ callId, nodeId, request }: StartCall, { model, loadImage }: Services): void {
    this.#start(callId, async (signal) => {
      const onText = (delta: string) => this.#deps.onText(nodeId, delta);
      const outcome = await model.call(request, { signal, onText, loadImage }).catch(brokenCall);
      this.#deps.onAnswer(nodeId);
      const settle = (one: ModelOutcome) => {
        this.#settle(callId, () => this.#settleCall(callId, one));
        if (one.ok && this.#crashes > 0) this.#countCrashes(0);
      };
      await keep(
        this.#deps,
        signal,
        () => settle(outcome),
        () => settle(withoutAnswer(outcome)),
      );
    });
  }

  #settleCall(callId: string, outcome: ModelOutcome): void {
    const { journal } = this.#deps;
    const state = journal.state;
    const call = state?.calls[callId];
    if (!state || !call) return;
    journal.append(agentOf(state, call.nodeId), [callSettled(call, outcome)]);
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
        if (!state || isFinished(state) || !isOpenTool(state, tool)) return;
        journal.append(agentOf(state, tool.nodeId), toolSettled(tool, one, durationMs));
      };
      const write = (one: ToolOutcome) => this.#settle(tool.toolCallId, () => settle(one));
      const writeShort = () => write(LARGE_TOOL);
      await keep(this.#deps, signal, () => write(outcome), writeShort);
    });
  }

  /** Runs work beside the loop under a key that is taken until it ends. X4: it cannot reject. */
  #start(key: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#work.has(key)) return;
    const abort = new AbortController();
    this.#work.set(key, abort);
    const done = () => {
      if (this.#work.get(key) !== abort) return;
      this.#work.delete(key);
      this.#wake();
    };
    work(abort.signal)
      .catch((error: unknown) => this.#deps.report(`work ${key} broke`, error))
      .finally(done)
      .catch(() => {});
  }
}
