import type { Attack } from "./hostile-attack.ts";
import { EXHAUSTION } from "./hostile-exhaustion.ts";
import { INTRUSION } from "./hostile-intrusion.ts";

/** Every one is a line a collaborator may send to a workflow's terminal; none may be felt by anybody else. */
export const ATTACKS: readonly Attack[] = [...EXHAUSTION, ...INTRUSION];
