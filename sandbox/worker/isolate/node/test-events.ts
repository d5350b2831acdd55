/** What a test file tells while it runs. `nesting` is 0 for tests that stand by themselves. */
export type TestEvent =
  | { readonly type: "start"; readonly nesting: number; readonly name: string; readonly kind: "test" | "suite" }
  | { readonly type: "note"; readonly nesting: number; readonly text: string }
  | { readonly type: "end"; readonly outcome: TestOutcome };

export interface TestOutcome {
  readonly nesting: number;
  readonly name: string;
  /** Names from the outermost suite to the test itself. */
  readonly path: readonly string[];
  readonly kind: "test" | "suite";
  readonly failed: boolean;
  readonly cancelled: boolean;
  /** The reason given, "" without one; null: it was not skipped, or is not to do. */
  readonly skip: string | null;
  readonly todo: string | null;
  /** Why it failed as Node names it ("testCodeFailure", "subtestsFailed"); null when it did not. */
  readonly failure: string | null;
  readonly message: string;
  /** Below 0: it never ran. */
  readonly durationMs: number;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const orNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const MAX_TEXT = 20_000;

/** From what the guest sent, whatever that is. */
export function testEventOf(operation: string, args: readonly unknown[]): TestEvent {
  const nesting = typeof args[0] === "number" ? args[0] : 0;
  if (operation === "testStart") {
    return { type: "start", nesting, name: textOf(args[1]), kind: args[2] === "suite" ? "suite" : "test" };
  }
  if (operation === "testNote") return { type: "note", nesting, text: textOf(args[1]).slice(0, MAX_TEXT) };
  const from: Record<string, unknown> = typeof args[0] === "object" && args[0] !== null ? { ...args[0] } : {};
  const outcome: TestOutcome = {
    nesting: typeof from.nesting === "number" ? from.nesting : 0,
    name: textOf(from.name),
    path: Array.isArray(from.path) ? from.path.map(textOf) : [],
    kind: from.kind === "suite" ? "suite" : "test",
    failed: from.failed === true,
    cancelled: from.cancelled === true,
    skip: orNull(from.skip),
    todo: orNull(from.todo),
    failure: orNull(from.failure),
    message: textOf(from.message).slice(0, MAX_TEXT),
    durationMs: typeof from.durationMs === "number" ? from.durationMs : 0,
  };
  return { type: "end", outcome };
}
