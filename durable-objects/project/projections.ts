import type { Answer, LedgerEntry, WorkflowSummary } from "../../shared/protocol/object-rpc.ts";
import type {
  AuditFact,
  ProjectionFacts,
  ProjectionPage,
  RebuildPart,
  RepairFact,
  ResultFact,
} from "../../shared/protocol/projection.ts";
import type { Env } from "../env.ts";
import { dropWorkflow, listedWorkflows, replaceWorkflow, writeWorkflow } from "../storage/directory.ts";
import { type AuditTrail, OWN } from "./audit.ts";
import { report } from "./chores.ts";
import type { ProjectMeta } from "./meta.ts";
import type { ProjectMoney } from "./money.ts";
import type { Repairs } from "./repairs.ts";
import type { Summaries } from "./summaries.ts";
import type { Watchers } from "./watchers.ts";

/** All that a workflow's log gives. */
type Log = Pick<ProjectionPage, "results" | "locale"> & { readonly summary: WorkflowSummary } & ProjectionFacts;

type Delivery = { readonly summary: WorkflowSummary } & ProjectionFacts;

interface Parts {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly meta: ProjectMeta;
  readonly money: ProjectMoney;
  readonly summaries: Summaries;
  readonly audit: AuditTrail;
  readonly repairs: Repairs;
  readonly watchers: Watchers;
}

/** Workflows whose logs one call of {@link Projections.rebuild} reads. */
export const REBUILD_AT_ONCE = 20;
const RESULTS_AT_ONCE = 200;

/**
 * What the project keeps of its workflows' logs. Deliveries come at least once and in order; (source, version) makes
 * that harmless (SPEC O1). Everything here can be derived again from the logs, also while they grow (SPEC O4).
 */
export class Projections {
  readonly #parts: Parts;
  /** Rebuilds under way: each is told of what is delivered meanwhile. */
  readonly #rebuilds = new Set<(delivery: Delivery) => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Own rows first, in one transaction; D1 after. A failure makes the workflow deliver again. */
  async apply(delivery: Delivery): Promise<void> {
    const { ctx, env, watchers } = this.#parts;
    const moved = ctx.storage.transactionSync(() => this.#book(delivery));
    for (const tell of this.#rebuilds) tell(delivery);
    if (moved) watchers.send({ type: "workflow", workflow: delivery.summary });
    if (this.#isOpen()) await writeWorkflow(env.DB, delivery.summary);
  }

  /** The last head that was told. */
  anchor(workflowId: string): { version: number; hash: string } | null {
    const summary = this.#parts.summaries.get(workflowId);
    return summary?.headHash ? { version: summary.version, hash: summary.headHash } : null;
  }

  /** Derives the rows of the next workflows, by id after `cursor`, again; the last call also adds the totals up. */
  async rebuild(cursor: string | null): Promise<RebuildPart> {
    const { ctx, env, meta, money, summaries, audit } = this.#parts;
    const nothing = { workflows: 0, ledger: 0, audit: 0, repairs: 0, unread: [], auditBrokenAt: null, next: null };
    const project = meta.get();
    if (!project || !this.#isOpen()) return nothing;
    const listed = await listedWorkflows(env.DB, project.id);
    const known = new Set([...summaries.all(), ...money.workflows(), ...listed]);
    const ids = [...known].sort().filter((id) => cursor === null || id > cursor);
    const unread: string[] = [];
    const counts = { workflows: 0, ledger: 0, audit: 0, repairs: 0 };
    const now = ids.slice(0, REBUILD_AT_ONCE);
    for (const id of now) {
      // One that cannot be read keeps none of the others from theirs.
      const facts = await this.#again(id, project.id).catch((error: unknown) => {
        report("a workflow's log could not be read", error);
        unread.push(id);
        return null;
      });
      counts.workflows += facts ? 1 : 0;
      for (const kind of ["ledger", "audit", "repairs"] as const) counts[kind] += facts?.[kind].length ?? 0;
    }
    ctx.storage.transactionSync(() => money.recount());
    const next = ids.length > now.length ? (now.at(-1) ?? null) : null;
    if (next === null) await this.#prune(project.id);
    return { ...counts, unread, auditBrokenAt: audit.findBreak(OWN), next };
  }

  /** Rows of the directory that belong to no workflow of this project. */
  async #prune(projectId: string): Promise<void> {
    const { env, summaries } = this.#parts;
    const listed = await listedWorkflows(env.DB, projectId);
    // A workflow is known here before its row is written, so what is unknown now is not one that just begins.
    for (const id of listed) if (!summaries.knows(id)) await dropWorkflow(env.DB, id);
  }

  /** One workflow's rows. What is delivered while its log is read is newer than what was read, and applied after it. */
  async #again(id: string, projectId: string): Promise<ProjectionFacts | null> {
    const { ctx, env, money, summaries, audit, repairs } = this.#parts;
    const meanwhile: Delivery[] = [];
    const listen = (delivery: Delivery) => {
      if (delivery.summary.id === id) meanwhile.push(delivery);
    };
    this.#rebuilds.add(listen);
    try {
      const read = await readLog((since) => env.WORKFLOW.getByName(id).projections(since));
      // A row can name the workflow of another project; its facts are none of ours.
      const mine = read?.summary?.projectId === projectId ? read : null;
      if (mine) await this.#shelve(mine);
      if (!this.#isOpen()) return null;
      ctx.storage.transactionSync(() => {
        money.replaceLines(id, mine?.ledger ?? []);
        audit.clear(id);
        for (const fact of mine?.audit ?? []) audit.add(fact);
        repairs.clear(id);
        for (const fact of mine?.repairs ?? []) repairs.apply(fact);
        summaries.replace(id, mine?.summary ?? null);
        for (const delivery of meanwhile) this.#book(delivery);
        repairs.recount();
      });
      const summary = summaries.get(id);
      if (summary) await this.#list(summary);
      return mine;
    } finally {
      this.#rebuilds.delete(listen);
    }
  }

  /** The library adds what it lacks and undoes nothing; one that is away lacks it until the next time. */
  async #shelve({ summary, results, locale }: Log): Promise<void> {
    const { id: workflowId, name: workflowName, projectId } = summary;
    const library = this.#parts.env.LIBRARY.getByName(projectId);
    for (let from = 0; from < results.length; from += RESULTS_AT_ONCE) {
      const facts = results.slice(from, from + RESULTS_AT_ONCE);
      await library
        .results({ projectId, workflowId, workflowName, locale, facts })
        .catch((error: unknown) => report("results could not be put into the library", error));
    }
  }

  /** Puts the directory's row right; a delivery that overtook the writing is written again over it. */
  async #list(summary: WorkflowSummary): Promise<void> {
    const { env, summaries } = this.#parts;
    if (!this.#isOpen()) return;
    await replaceWorkflow(env.DB, summary);
    const latest = summaries.get(summary.id);
    if (latest && latest.version > summary.version && this.#isOpen()) await writeWorkflow(env.DB, latest);
  }

  #book({ summary, ledger, audit, repairs }: Delivery): boolean {
    const parts = this.#parts;
    for (const entry of ledger) parts.money.book(entry);
    for (const fact of audit) parts.audit.add(fact);
    for (const fact of repairs) parts.repairs.apply(fact);
    return parts.summaries.apply(summary);
  }

  #isOpen(): boolean {
    return this.#parts.meta.isOpen();
  }
}

/** All pages up to the head. Null where there is no log. */
async function readLog(page: (since: number) => Promise<Answer<ProjectionPage | null>>): Promise<Log | null> {
  const results: ResultFact[] = [];
  const ledger: LedgerEntry[] = [];
  const audit: AuditFact[] = [];
  const repairs: RepairFact[] = [];
  for (let since = 0; ; ) {
    const answer = await page(since);
    if (!answer.ok) throw new Error(`the log cannot be read: ${answer.error.code}`);
    const read = answer.value;
    if (!read) return null;
    ledger.push(...read.ledger);
    audit.push(...read.audit);
    repairs.push(...read.repairs);
    results.push(...read.results);
    if (read.summary) return { ledger, audit, repairs, results, locale: read.locale, summary: read.summary };
    if (read.through <= since) throw new Error("the log cannot be read on");
    since = read.through;
  }
}
