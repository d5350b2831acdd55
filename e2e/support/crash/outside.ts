import type { Carried } from "./checks.ts";
import type { Truth } from "./people.ts";
import type { Moment } from "./triggers.ts";

export interface Outside {
  /** HTTP_SERVICES for the app; "" for none. */
  readonly services: string;
  readonly truth: Truth;
  carried(): Carried[];
  close(): Promise<void>;
}

export async function startOutside(_tell: (moment: Moment) => void): Promise<Outside> {
  return { services: "", truth: () => "again", carried: () => [], close: async () => {} };
}
