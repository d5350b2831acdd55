/** A command line of `node`, understood. */
export type Command =
  | { readonly kind: "file"; readonly path: string; readonly args: readonly string[] }
  | { readonly kind: "eval"; readonly code: string; readonly printsValue: boolean; readonly args: readonly string[] }
  /** The program comes from stdin. */
  | { readonly kind: "stdin"; readonly args: readonly string[] }
  | { readonly kind: "check"; readonly path: string }
  | { readonly kind: "test"; readonly paths: readonly string[]; readonly options: TestOptions }
  | { readonly kind: "version" }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly message: string };

export interface TestOptions {
  readonly reporter: "spec" | "tap" | "dot";
  /** Patterns; a test runs when one of them is in its name or in that of a suite around it. */
  readonly names: readonly string[];
  readonly only: boolean;
  /** Milliseconds of virtual time. */
  readonly timeout: number | null;
}

export const TEST_DEFAULTS: TestOptions = { reporter: "spec", names: [], only: false, timeout: null };

/** Options that change nothing here, with and without a value. */
const IGNORED =
  /^--(?:no-warnings|no-deprecation|trace-warnings|trace-uncaught|enable-source-maps|experimental-[\w-]+|no-experimental-[\w-]+|disable-warning(?:=.*)?|stack-trace-limit=.*|max-old-space-size=.*|unhandled-rejections=(?:throw|strict)|test-concurrency=.*|test-isolation=.*|test-force-exit|input-type=.*|conditions=.*|no-strip-types|strip-types|preserve-symlinks|throw-deprecation|pending-deprecation|test-reporter-destination=stdout)$/;
const WITH_VALUE = [
  "--test-reporter",
  "--test-name-pattern",
  "--test-timeout",
  "--test-concurrency",
  "--eval",
  "--print",
];

export function parseCommand(argv: readonly string[]): Command {
  let isTest = false;
  let isCheck = false;
  let options = TEST_DEFAULTS;
  let index = 0;
  for (; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") {
      index++;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    const cut = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = cut < 0 ? word : word.slice(0, cut);
    const takesNext = cut < 0 && WITH_VALUE.includes(name);
    const value = cut >= 0 ? word.slice(cut + 1) : takesNext ? argv[index + 1] : undefined;
    if (takesNext) index++;
    if (["-e", "--eval", "-p", "--print", "-pe", "-ep"].includes(name)) {
      const code = value ?? argv[++index];
      if (code === undefined) return { kind: "refused", message: `${name} requires an argument` };
      const args = argv.slice(index + 1);
      return { kind: "eval", code, printsValue: name.includes("p"), args: args[0] === "--" ? args.slice(1) : args };
    }
    if (name === "-v" || name === "--version") return { kind: "version" };
    if (name === "-h" || name === "--help") return { kind: "help" };
    if (name === "--test") isTest = true;
    else if (name === "--test-only") options = { ...options, only: true };
    else if (name === "-c" || name === "--check") isCheck = true;
    else if (name === "--test-name-pattern" && value !== undefined)
      options = { ...options, names: [...options.names, value] };
    else if (name === "--test-timeout") options = { ...options, timeout: Number(value) || null };
    else if (name === "--test-reporter") {
      if (value !== "spec" && value !== "tap" && value !== "dot") {
        return { kind: "refused", message: `--test-reporter can be spec, tap or dot here, not ${value}` };
      }
      options = { ...options, reporter: value };
    } else if (
      name === "--watch" ||
      name === "--inspect" ||
      name === "-i" ||
      name === "-r" ||
      name === "--require" ||
      name === "--import"
    ) {
      return { kind: "refused", message: `${name} is not available here` };
    } else if (!IGNORED.test(word) && name !== "--test-concurrency")
      return { kind: "refused", message: `bad option: ${word}` };
  }
  const rest = argv.slice(index);
  const [first, ...args] = rest;
  if (isTest) return { kind: "test", paths: rest, options };
  if (first === undefined || first === "-") return { kind: "stdin", args };
  return isCheck ? { kind: "check", path: first } : { kind: "file", path: first, args };
}
