/** A session that was seen is taken to live for this long; sends within it are not asked about again. */
export const SEEN_FOR_MS = 60_000;

/** Carries out a send, or closes the connection when its session is gone. Must not throw. */
type Deliver = (live: boolean) => void;

/**
 * Stands before every frame: nothing goes to a session that ended more than a minute ago. Objects are not told of
 * sign-outs (nobody knows which objects hold a person's connections); they ask the directory when they have something
 * to say. What is said meanwhile waits, in order. When the directory cannot be asked, frames pass and the next one
 * asks again: a fault of D1 does not blind everybody who watches.
 */
export class SessionGate {
  readonly #isLive: (sessionId: string) => Promise<boolean>;
  readonly #now: () => number;
  readonly #seenAt = new Map<string, number>();
  readonly #held = new Map<string, Deliver[]>();

  constructor(isLive: (sessionId: string) => Promise<boolean>, now: () => number) {
    this.#isLive = isLive;
    this.#now = now;
  }

  /** The API has just proved this session. */
  seen(sessionId: string | undefined): void {
    if (sessionId !== undefined) this.#seenAt.set(sessionId, this.#now());
  }

  /** Connections without a session (none that come through the API) pass. */
  pass(sessionId: string | undefined, deliver: Deliver): void {
    const held = sessionId === undefined ? undefined : this.#held.get(sessionId);
    if (sessionId === undefined) deliver(true);
    else if (held) held.push(deliver);
    else if (this.#now() - (this.#seenAt.get(sessionId) ?? Number.NEGATIVE_INFINITY) < SEEN_FOR_MS) deliver(true);
    else {
      this.#held.set(sessionId, [deliver]);
      this.#isLive(sessionId).then(
        (live) => this.#settle(sessionId, live, live),
        () => this.#settle(sessionId, true, false),
      );
    }
  }

  #settle(sessionId: string, live: boolean, known: boolean): void {
    if (known) this.#seenAt.set(sessionId, this.#now());
    else this.#seenAt.delete(sessionId);
    const held = this.#held.get(sessionId) ?? [];
    this.#held.delete(sessionId);
    for (const deliver of held) deliver(live);
  }
}

/** Whether a session exists and has not expired (worker/db/schema.ts `session`; times are milliseconds). */
export async function isSessionLive(db: D1Database, sessionId: string): Promise<boolean> {
  const query = db.prepare("SELECT 1 FROM session WHERE id = ? AND expires_at > ?").bind(sessionId, Date.now());
  return (await query.first()) !== null;
}

const TAG = "session:";

/** Tags of a socket, by which it is found again after hibernation: its person, and its session. */
export const tagsOf = (userId: string, sessionId: string | undefined): string[] =>
  sessionId === undefined ? [userId] : [userId, TAG + sessionId];

export const sessionIn = (tags: readonly string[]): string | undefined =>
  tags.find((tag) => tag.startsWith(TAG))?.slice(TAG.length);
