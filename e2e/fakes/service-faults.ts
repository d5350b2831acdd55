/**
 * What the fake service does wrong on purpose, once per entry, in order. "…_after": the write is carried out first, so
 * that the client cannot know.
 */
export type ServiceFault =
  | { readonly kind: "ok" }
  /** "429:2", "503", "302": this status and nothing done; after the colon `retry-after`. 3xx point to /__trap. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter: string | null }
  /** "500_after": done, then this status. */
  | { readonly kind: "status_after"; readonly status: number }
  /** "reset", "reset_after": the connection breaks instead of an answer. */
  | { readonly kind: "reset" | "reset_after" }
  /** "cut": done, and the connection breaks in the middle of the answer. */
  | { readonly kind: "cut" }
  /** "stall:40000", "stall_after:40000": ms of silence, then a broken connection; before or after the deed. */
  | { readonly kind: "stall" | "stall_after"; readonly ms: number }
  /** "html": 200 with a sign-in page, nothing done. */
  | { readonly kind: "html" }
  /** "bad_json": done, and 200 with text that claims to be JSON. */
  | { readonly kind: "bad_json" }
  /** "huge": done, and an answer of 5 MB. */
  | { readonly kind: "huge" }
  /** "echo": done, and the request's headers come back in the answer, credential included. */
  | { readonly kind: "echo" }
  /** "inject": done, and the answer holds orders to whoever reads it. */
  | { readonly kind: "inject" };

const PLAIN = ["ok", "reset", "reset_after", "cut", "html", "bad_json", "huge", "echo", "inject"] as const;

/** Reads faults as written above; "reset_after*3" is three. @throws Error on what it does not know. */
export function parseServiceFaults(text: string): ServiceFault[] {
  const times = /\*(\d+)$/.exec(text);
  const body = times ? text.slice(0, times.index) : text;
  return Array.from({ length: times ? Number(times[1]) : 1 }, () => parseOne(body));
}

function parseOne(text: string): ServiceFault {
  const [name = "", ...more] = text.split(":");
  const rest = more.length === 0 ? null : more.join(":");
  if (/^[345]\d\d$/.test(name)) return { kind: "status", status: Number(name), retryAfter: rest };
  const after = /^(\d{3})_after$/.exec(name);
  if (after && rest === null) return { kind: "status_after", status: Number(after[1]) };
  if (name === "stall" || name === "stall_after") return { kind: name, ms: Number(rest ?? 40_000) };
  const plain = PLAIN.find((one) => one === name);
  if (!plain || rest !== null) throw new Error(`Unknown fault "${text}". Known: e2e/fakes/README.md`);
  return { kind: plain };
}
