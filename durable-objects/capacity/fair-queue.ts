/** A workflow that asks for room to run, and whose it is. */
export interface Claim {
  readonly workflowId: string;
  readonly projectId: string;
  readonly userId: string;
}

export interface Waiting extends Claim {
  /** Order of arrival. */
  readonly seq: number;
}

/** Where the queue keeps what must survive. Turns are kept under the owner's key. */
export interface QueueRows {
  saveWaiting(waiting: Waiting): void;
  removeWaiting(workflowId: string): void;
  saveTurn(owner: string, turn: number): void;
  removeTurn(owner: string): void;
}

interface Kept {
  readonly waiting: readonly Waiting[];
  readonly turns: ReadonlyMap<string, number>;
}

/**
 * Who runs next when there is no room for all: users take turns, the projects of a user take turns, and within a
 * project the first to come goes first.
 *
 * Q1 Whoever begins to wait joins the end of the ring, and whoever was served goes to its end. So nobody is passed more
 *    than once by anybody else, and a user with a hundred waiting delays another's first by one turn at most.
 * Q2 The same ring, one for each user, decides between that user's projects.
 * Q3 Leaving without being served costs no turn; coming back is joining anew.
 */
export class FairQueue {
  readonly #rows: QueueRows;
  readonly #waiting: Map<string, Waiting>;
  /** Place in the rings; the smallest is next. Only owners who have something waiting are in them. */
  readonly #turns: Map<string, number>;
  /** How many of each owner wait. */
  readonly #counts = new Map<string, number>();
  #seq: number;
  #turn: number;
  #order: readonly Waiting[] | null = null;
  #places: Map<string, number> | null = null;

  constructor(rows: QueueRows, kept: Kept) {
    this.#rows = rows;
    this.#waiting = new Map(kept.waiting.map((one) => [one.workflowId, one]));
    this.#turns = new Map(kept.turns);
    for (const one of kept.waiting) this.#count(one, 1);
    this.#seq = kept.waiting.reduce((most, one) => Math.max(most, one.seq), 0);
    this.#turn = Math.max(0, ...kept.turns.values());
  }

  get size(): number {
    return this.#waiting.size;
  }

  ids(): string[] {
    return [...this.#waiting.keys()];
  }

  has(workflowId: string): boolean {
    return this.#waiting.has(workflowId);
  }

  /** Joins the end of its project's line; a workflow that waits already keeps its place. */
  add(claim: Claim): void {
    if (this.#waiting.has(claim.workflowId)) return;
    const { workflowId, projectId, userId } = claim;
    const waiting = { workflowId, projectId, userId, seq: ++this.#seq };
    this.#waiting.set(workflowId, waiting);
    this.#rows.saveWaiting(waiting);
    this.#count(waiting, 1);
    for (const owner of ownersOf(waiting)) if (!this.#turns.has(owner)) this.#toTheEnd(owner);
    this.#changed();
  }

  /** Takes it out without serving it. */
  remove(workflowId: string): void {
    const waiting = this.#waiting.get(workflowId);
    if (!waiting) return;
    this.#drop(waiting);
    for (const owner of ownersOf(waiting)) this.#retire(owner);
  }

  /** Serves the next one; null when nobody waits. */
  take(): Waiting | null {
    const next = this.order()[0];
    if (!next) return null;
    this.#drop(next);
    for (const owner of ownersOf(next)) if (!this.#retire(owner)) this.#toTheEnd(owner);
    return next;
  }

  /** Place from 1, as it stands if nobody else comes; null for who does not wait. */
  position(workflowId: string): number | null {
    this.#places ??= new Map(this.order().map((one, at) => [one.workflowId, at + 1]));
    return this.#places.get(workflowId) ?? null;
  }

  /** All that wait, in the order in which they would be served. */
  order(): readonly Waiting[] {
    this.#order ??= this.#rounds();
    return this.#order;
  }

  /** The n-th of a user goes in the n-th round, and a round goes through the ring once; so do the projects of a user. */
  #rounds(): Waiting[] {
    const turn = (owner: string) => this.#turns.get(owner) ?? 0;
    const inLine = [...this.#waiting.values()].sort((a, b) => a.seq - b.seq);
    const ofUser = ranked(inLine, projectOf, turn);
    return ranked(ofUser, userOf, turn);
  }

  #toTheEnd(owner: string): void {
    this.#turn += 1;
    this.#turns.set(owner, this.#turn);
    this.#rows.saveTurn(owner, this.#turn);
  }

  /** Leaves the ring when nothing of the owner waits any more; true when it did. */
  #retire(owner: string): boolean {
    if (this.#counts.has(owner)) return false;
    this.#turns.delete(owner);
    this.#rows.removeTurn(owner);
    return true;
  }

  #drop(waiting: Waiting): void {
    this.#waiting.delete(waiting.workflowId);
    this.#rows.removeWaiting(waiting.workflowId);
    this.#count(waiting, -1);
    this.#changed();
  }

  #count(waiting: Waiting, by: 1 | -1): void {
    for (const owner of ownersOf(waiting)) {
      const count = (this.#counts.get(owner) ?? 0) + by;
      if (count === 0) this.#counts.delete(owner);
      else this.#counts.set(owner, count);
    }
  }

  #changed(): void {
    this.#order = null;
    this.#places = null;
  }
}

const userOf = ({ userId }: Claim): string => `user ${userId}`;
/** Members of one project queue for themselves: it stands in the ring of each of them. */
const projectOf = ({ userId, projectId }: Claim): string => `project ${projectId} of ${userId}`;
const ownersOf = (claim: Claim): string[] => [userOf(claim), projectOf(claim)];

/** Deals the items of each owner out round by round, owners in the order of their turns; keeps each owner's own order. */
function ranked(items: readonly Waiting[], ownerOf: (item: Waiting) => string, turn: (owner: string) => number) {
  const dealt = new Map<string, number>();
  return items
    .map((item) => {
      const owner = ownerOf(item);
      const round = dealt.get(owner) ?? 0;
      dealt.set(owner, round + 1);
      return { item, round, turn: turn(owner) };
    })
    .sort((a, b) => a.round - b.round || a.turn - b.turn)
    .map(({ item }) => item);
}
