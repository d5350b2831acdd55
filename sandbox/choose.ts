import type { SandboxCommand, SandboxRuntime } from "../shared/protocol/sandbox-rpc.ts";

/** Why a command runs where it runs; each has a text in the client. */
export type RuntimeReason = "default" | "python" | "install" | "build" | "git" | "asked" | "absent";

export interface RuntimeChoice {
  readonly runtime: SandboxRuntime;
  readonly reason: RuntimeReason;
  /** It would need a container and there is none: not run, and this sentence says what to do instead. Else null. */
  readonly refusal: string | null;
}

type Need = Extract<RuntimeReason, "python" | "install" | "build" | "git">;

/** Programs only the container has. Matched where a command begins, whatever is written in quotes elsewhere. */
const PROGRAMS: readonly [Need, RegExp][] = [
  [
    "install",
    /^(?:(?:pip3?|pipx|uv|poetry|conda|apt|apt-get|apk|gem|brew)$|(?:npm|pnpm|yarn|bun) (?:i|install|ci|add)$|npx )/,
  ],
  ["python", /^(?:python(?:3(?:\.\d+)?)?|pytest|ipython|jupyter)$/],
  ["build", /^(?:make|cmake|gcc|g\+\+|cc|clang|cargo|rustc|go|javac?|mvn|gradle|dotnet|tsc|vite|webpack|docker)$/],
  ["git", /^git$/],
];

const INSTEAD: Record<Need, string> = {
  python: "Python is not available in this deployment. Write JavaScript and run it with node",
  install:
    "Packages cannot be installed in this deployment. Use JavaScript with what node has here, and the shell's text tools",
  build: "Compilers and build tools are not available in this deployment. Write JavaScript, which runs as it is",
  git: "git is not available in this deployment. Files are kept with their versions without it",
};

/**
 * Where a command runs: the isolate unless it needs what only a container has.
 * @param asked what the caller insists on
 * @param containers whether this deployment has any
 */
export function chooseRuntime(
  command: SandboxCommand,
  containers: boolean,
  asked?: SandboxRuntime | undefined,
): RuntimeChoice {
  if (asked === "isolate") return { runtime: "isolate", reason: "asked", refusal: null };
  if (asked === "container") {
    return containers
      ? { runtime: "container", reason: "asked", refusal: null }
      : refused("There is no container in this deployment. Use the shell's text tools and JavaScript with node");
  }
  const need = needOf(command);
  if (need === null) return { runtime: "isolate", reason: "default", refusal: null };
  return containers ? { runtime: "container", reason: need, refusal: null } : refused(INSTEAD[need]);
}

const refused = (words: string): RuntimeChoice => ({
  runtime: "isolate",
  reason: "absent",
  refusal: `${words}. Nothing was run.`,
});

function needOf(command: SandboxCommand): Need | null {
  if (command.kind === "code") return command.language === "python" ? "python" : null;
  if (command.kind === "tests") return command.paths.some((path) => path.endsWith(".py")) ? "python" : null;
  for (const words of commandsIn(command.script)) {
    const [program = "", next = ""] = words;
    const name = program.slice(program.lastIndexOf("/") + 1);
    for (const [need, pattern] of PROGRAMS) if (pattern.test(name) || pattern.test(`${name} ${next}`)) return need;
  }
  return null;
}

/** Wrappers in front of the command that counts. */
const WRAPPERS = new Set([
  "sudo",
  "time",
  "timeout",
  "env",
  "exec",
  "nohup",
  "command",
  "xargs",
  "then",
  "do",
  "else",
  "!",
]);
const MAX_LOOKED_AT = 200_000;

/** Shells within the shell, and how deep their scripts are looked into. */
const SHELLS = /^(?:.*\/)?(?:ba|da|a|z)?sh$/;
const MAX_DEPTH = 3;

/**
 * The first two words of each simple command, roughly. Quoted text is no command, but for what a double-quoted text
 * substitutes, `bash -c '…'` and `eval '…'`; here-documents are left out.
 */
function commandsIn(script: string, depth = 0): string[][] {
  const quoted: string[] = [];
  const bare = withoutHereDocuments(script.slice(0, MAX_LOOKED_AT))
    .replaceAll(MARK, "")
    .replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, (text) => `${MARK}${quoted.push(text) - 1}${MARK}`)
    .replace(/(^|\s)#[^\n]*/g, "$1");
  const inner: string[] = [];
  const open = (word: string): string => word.replace(MARKED, (_, index) => unquoted(quoted[Number(index)] ?? ""));
  for (const [, index] of bare.matchAll(MARKED)) inner.push(...substitutedIn(quoted[Number(index)] ?? ""));
  const commands = bare.split(/[\n;|&(){}`]+|\$\(/).flatMap((piece) => {
    const words = piece
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    while (words[0] !== undefined && (WRAPPERS.has(words[0]) || /^(?:\w+=|-|\d)/.test(words[0]))) words.shift();
    if (words.length === 0) return [];
    const program = open(words[0] ?? "");
    if (program === "eval") inner.push(words.slice(1).map(open).join(" "));
    else if (SHELLS.test(program)) {
      const at = words.findIndex((word, index) => index > 0 && !word.startsWith("-"));
      if (/^-\w*c$/.test(words[at - 1] ?? "")) inner.push(open(words[at] ?? ""));
    }
    return [[program, words[1] ?? ""]];
  });
  // Joined, they cost no more than the script they stand in.
  return depth < MAX_DEPTH && inner.length > 0 ? [...commands, ...commandsIn(inner.join("\n"), depth + 1)] : commands;
}

/** Stands around the number of a quoted text that was taken out. */
const MARK = "\ue000";
const MARKED = /\ue000(\d+)\ue000/g;

const unquoted = (text: string): string =>
  text.startsWith("'") ? text.slice(1, -1) : text.slice(1, -1).replace(/\\(["\\$`])/g, "$1");

/** What a double-quoted text runs; one that a quote in it cuts short, as far as that. */
const substitutedIn = (text: string): string[] =>
  text.startsWith("'")
    ? []
    : [...text.slice(1, -1).matchAll(/(?<!\\)(?:\$\(([^()]*)|`([^`]*))/g)].map(([, in1 = "", in2 = ""]) => in1 || in2);

function withoutHereDocuments(script: string): string {
  const kept: string[] = [];
  let until: string | null = null;
  for (const line of script.split("\n")) {
    if (until !== null) {
      if (line.trim() === until) until = null;
      continue;
    }
    kept.push(line);
    until = line.match(/<<-?\s*['"]?(\w+)/)?.[1] ?? null;
  }
  return kept.join("\n");
}
