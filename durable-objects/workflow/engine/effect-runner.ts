import type { Clock } from "../../../shared/lib/ports.ts";
import type { EffectOutcome } from "../../../shared/workflow/effects.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { dueFacts, nextDeadline } from "../effects/deadlines.ts";
import { effectSteps, isOutsideCall } from "../effects/effect-step.ts";
import { outcomeOf, readBackOf, readOutcomeOf } from "../effects/guard.ts";
import { approvalsOfCall, effectsOfCall } from "../effects/ledger.ts";
import type { OutsideTool } from "../effects/port.ts";
import { type EffectWork, isOver, type ReadBackMemory, SETTLING_MS } from "../effects/step-types.ts";
import { TOLD } from "../effects/texts.ts";
import type { Hash, Timers } from "../ports.ts";
import { cutMiddle } from "../tools/cut.ts";
import type { Journal } from "./journal.ts";
import type { Services } from "./services.ts";
import { keep } from "./settle.ts";
import { agentOf, openTools, type StartTool } from "./super-step.ts";

/** Outside requests of one workflow at a time; with its model calls they fit the platform's six connections. */
const MAX_OUTSIDE = 2;
/** A tool has deadlines of its own; one that hangs is given up after this. */
const WITHIN_MS = 180_000;
/** NFR-I2.4: how long a run that ended waits for what a write that has left came to. */
const AFTER_END_MS = 30_000;
/** How long a tool that was stopped may take to say what it knows. */
const LAST_WORD_MS = 2_000;
const AFTER_FAULT_MS = 5_000;
/** The machine is pure, so a ledger that still finds new facts after this many rounds would never settle. */
const MAX_ROUNDS = 10_000;

type WorkOf<Kind extends EffectWork["kind"]> = Extract<EffectWork, { readonly kind: Kind }>;
type Answered = { readonly kind: "answer"; readonly value: unknown } | { readonly kind: "broke" | "late" };

export interface EffectRunnerDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly hash: Hash;
  readonly outside: () => Services["outside"];
  readonly report: (what: string, error: unknown) => void;
  /** Runs work beside the executor's loop under a key of its own. */
  readonly start: (key: string, work: (signal: AbortSignal) => Promise<void>) => void;
}

/**
 * Carries what reaches outside (SPEC E) and keeps the deadlines of what waits for people (SPEC D). What to do is decided
 * from the log by effects/effect-step.ts; here it is done.
 *
 * Y1 A write begins only after its intent is in the log, in the same turn.
 * Y2 What a tool throws, answers or leaves out is a value by the time it gets here: nothing rejects.
 * Y3 A write that has left is never aborted by its run's end; it is waited for, and what stays unheard is unknown.
 */
export class EffectRunner {
  readonly #deps: EffectRunnerDeps;
  readonly #underWay = new Map<string, { readonly work: EffectWork; readonly cut: AbortController }>();
  readonly #readBacks = new Map<string, ReadBackMemory>();
  #outside: { tools: ReadonlyMap<string, OutsideTool>; services: Services["outside"]["services"] } | null = null;
  #dueAt: number | null = null;
  #ended = false;
  #begun = 0;

  constructor(deps: EffectRunnerDeps) {
    this.#deps = deps;
  }

  /** Whether this tool call is carried here and not by the tool host. */
  owns(state: WorkflowState, call: StartTool): boolean {
    return isOutsideCall(state, call, this.#around().tools);
  }

  /** A key whose work the end of a run must not abort. */
  isWrite(key: string): boolean {
    const [id = ""] = key.split("#");
    return this.#underWay.has(id) && this.#underWay.get(id)?.work.kind !== "read";
  }

  /** Whether a crash tore something off; what rests until a person decides was not under way. */
  tornOff(state: WorkflowState): boolean {
    const sent = state.effects.some((one) => one.status === "intended" && one.inheritedFrom === null);
    const begun = ({ toolCallId }: StartTool) =>
      approvalsOfCall(state, toolCallId).length > 0 || effectsOfCall(state, toolCallId).length > 0;
    return sent || openTools(state).some((call) => !begun(call));
  }

  /** Whether a turn of its own would find nothing: nobody waits for a person, and nothing reaches outside. */
  isIdle({ effects, approvals, questions }: WorkflowState): boolean {
    return effects.length + approvals.length + questions.length === 0;
  }

  /** When there is something to do without an event, milliseconds UTC. */
  dueAt(state: WorkflowState): number | null {
    const times = [this.#dueAt, nextDeadline(state)].filter((at) => at !== null);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** When a write is sent again or read back by itself; a run with such a time does not rest. */
  get retryAt(): number | null {
    return this.#dueAt;
  }

  /** All that can be done now. `admitted`: the workflow has room to run. */
  turn(admitted: boolean): void {
    const { journal, clock } = this.#deps;
    this.#dueAt = null;
    if (!journal.state) return;
    journal.append(SYSTEM, dueFacts(journal.state, clock.now()));
    for (let round = 0; round < MAX_ROUNDS; round++) if (!this.#step(journal.state, admitted)) return;
    throw new Error("The effect ledger finds new facts for ever");
  }

  /** The run is over: what has left gets a last while. */
  endSoon(): void {
    const { timers } = this.#deps;
    if (this.#ended) return;
    this.#ended = true;
    for (const { work, cut } of this.#underWay.values())
      if (work.kind === "send")
        timers.sleep(AFTER_END_MS, cut.signal).then(
          () => cut.abort(),
          () => {},
        );
  }

  /** One thing; true when the log grew or work began. */
  #step(state: WorkflowState | null, admitted: boolean): boolean {
    if (!state) return false;
    const { journal, clock, hash } = this.#deps;
    const known = this.#around();
    if (known.tools.size === 0 && state.effects.length === 0 && state.approvals.length === 0) return false;
    this.#ended &&= isOver(state);
    const underWay = (id: string) => this.#underWay.has(id);
    const around = { ...known, admitted, now: clock.now(), hash, underWay, readBacks: this.#readBacks };
    const steps = effectSteps(state, around);
    const room = this.#underWay.size < MAX_OUTSIDE;
    const next = steps.find((one) => one.kind === "facts") ?? steps.find((one) => one.kind === "work" && room);
    if (next && next.kind !== "wait") {
      journal.append(agentOf(state, next.nodeId), next.facts);
      if (next.kind === "work") this.#carry(next.work);
      return true;
    }
    const times = steps.flatMap((one) => (one.kind === "wait" ? [one.until] : []));
    this.#dueAt = times.length > 0 ? Math.min(...times) : null;
    return false;
  }

  #around() {
    this.#outside ??= this.#readOutside();
    return this.#outside;
  }

  /** Settings that cannot be read leave a run without outside tools, not without an end. */
  #readOutside() {
    try {
      const { tools, services } = this.#deps.outside();
      return { tools: new Map(tools.map((tool) => [tool.name, tool])), services };
    } catch (error) {
      this.#deps.report("outside tools could not be loaded", error);
      return { tools: new Map<string, OutsideTool>(), services: [] };
    }
  }

  #carry(work: EffectWork): void {
    const cut = new AbortController();
    this.#underWay.set(work.id, { work, cut });
    // A key of its own each time: the executor lets go of the last one a moment after it is over here.
    this.#deps.start(`${work.id}#${++this.#begun}`, async (signal) => {
      try {
        if (work.kind === "read") await this.#read(work, signal, cut);
        else if (work.kind === "read-back") await this.#readBack(work, signal, cut);
        else await this.#write(work, signal, cut);
      } catch (error) {
        // It was answered and could not be written down: a service is not asked again without a pause.
        await this.#deps.timers.sleep(AFTER_FAULT_MS, signal);
        throw error;
      } finally {
        cut.abort();
        this.#underWay.delete(work.id);
      }
    });
  }

  async #read(work: WorkOf<"read">, signal: AbortSignal, cut: AbortController): Promise<void> {
    const { journal, clock } = this.#deps;
    const from = clock.now();
    const answer = await this.#ask(work, signal, cut, (stop) => work.tool.read(work.action, { signal: stop }));
    const { ok, output } =
      answer.kind === "answer"
        ? readOutcomeOf(answer.value)
        : { ok: false, output: answer.kind === "late" ? TOLD.tooSlow : TOLD.brokenRead };
    const state = journal.state;
    if (!state || isOver(state) || !openTools(state).some((one) => one.toolCallId === work.id)) return;
    const durationMs = Math.max(0, clock.now() - from);
    const { id: toolCallId, nodeId } = work;
    journal.append(agentOf(state, nodeId), [
      { name: "tool.settled", data: { toolCallId, nodeId, ok, output: cutMiddle(output), durationMs } },
    ]);
  }

  async #write(work: WorkOf<"send" | "undo">, signal: AbortSignal, cut: AbortController): Promise<void> {
    const { journal } = this.#deps;
    const answer = await this.#ask(work, signal, cut, (stop) => sendOf(work, stop));
    const outcome: EffectOutcome =
      answer.kind === "answer"
        ? outcomeOf(answer.value)
        : { kind: "unknown", detail: answer.kind === "late" ? TOLD.tooSlow : "The tool broke while it was sending." };
    const settle = (result: EffectOutcome) => {
      const effect = journal.state?.effects.find((one) => one.effectId === work.id);
      if (!journal.state || effect?.status !== "intended") return;
      journal.append(agentOf(journal.state, effect.undoOf === null ? effect.nodeId : null), [
        { name: "effect.settled", data: { effectId: work.id, outcome: result } },
      ]);
    };
    this.#readBacks.delete(work.id);
    await keep(
      this.#deps,
      signal,
      () => settle(outcome),
      () => settle({ kind: "unknown", detail: "The answer is too long to be kept." }),
    );
  }

  async #readBack(work: WorkOf<"read-back">, signal: AbortSignal, cut: AbortController): Promise<void> {
    const { journal, clock } = this.#deps;
    const options = { key: work.key };
    const answer = await this.#ask(work, signal, cut, async (stop) =>
      work.tool.readBack?.(work.action, { ...options, signal: stop }),
    );
    const found = readBackOf(answer.kind === "answer" ? answer.value : null);
    const effect = journal.state?.effects.find((one) => one.effectId === work.id);
    if (!journal.state || effect?.status !== "unknown") return;
    const actor = agentOf(journal.state, effect.nodeId);
    const now = clock.now();
    const by = "read-back" as const;
    if (found.kind === "done") {
      const data = { effectId: work.id, outcome: "done" as const, by, receipt: found.receipt };
      journal.append(actor, [{ name: "effect.resolved", data }]);
    } else if (found.kind === "unknown") this.#readBacks.set(work.id, { kind: "unknown" });
    else {
      const before = this.#readBacks.get(work.id);
      const since = before?.kind === "denied" ? before.at : now;
      const longAgo = effect.sent === 1 && now >= Date.parse(effect.intendedAt) + SETTLING_MS;
      if (!longAgo && now < since + SETTLING_MS) this.#readBacks.set(work.id, { kind: "denied", at: since });
      else {
        const data = { effectId: work.id, outcome: "not_done" as const, by, receipt: null };
        journal.append(actor, [{ name: "effect.resolved", data }]);
      }
    }
  }

  /** Asks a tool, for a bounded time; it cannot reject. */
  async #ask(
    work: EffectWork,
    signal: AbortSignal,
    cut: AbortController,
    call: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<Answered> {
    const { timers, report } = this.#deps;
    const stop = new AbortController();
    signal.addEventListener("abort", () => stop.abort());
    if (signal.aborted) stop.abort();
    const answer = (async (): Promise<Answered> => {
      try {
        return { kind: "answer", value: await call(stop.signal) };
      } catch (error) {
        report(`outside tool ${work.tool.name} broke`, error);
        return { kind: "broke" };
      }
    })();
    const late = timers.sleep(WITHIN_MS, cut.signal).then((): Answered => ({ kind: "late" }));
    const first = await Promise.race([answer, late]);
    if (first.kind !== "late") return first;
    stop.abort();
    const over = new AbortController();
    const silence = timers.sleep(LAST_WORD_MS, over.signal).then((): Answered => ({ kind: "late" }));
    const last = await Promise.race([answer, silence]);
    over.abort();
    return last;
  }
}

async function sendOf(work: WorkOf<"send" | "undo">, signal: AbortSignal): Promise<unknown> {
  const { tool, action, key } = work;
  if (work.kind === "undo") return tool.undo?.(action, work.receipt, { key, signal });
  return tool.send(action, { key, signal });
}
