/** Milliseconds since the epoch, UTC. Engine code never reads the wall clock itself. */
export interface Clock {
  now(): number;
}

/** Source of ids and jitter. Engine code never calls Math.random or crypto itself. */
export interface Randomness {
  /** A new id, see {@link newId}. */
  id(prefix: IdPrefix): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}

export type IdPrefix =
  | "prj"
  | "wf"
  | "fil"
  | "bin"
  | "upl"
  | "msg"
  | "art"
  | "q"
  | "apr"
  | "call"
  | "tool"
  | "usr"
  | "req"
  | "tr"
  | "job"
  | "exe"
  | "shr";
