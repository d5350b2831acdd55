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

/** The first words of each simple command, roughly: quoted text and here-documents are left out. */
function commandsIn(script: string): string[][] {
  const bare = withoutHereDocuments(script.slice(0, MAX_LOOKED_AT))
    .replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, "_")
    .replace(/(^|\s)#[^\n]*/g, "$1");
  return bare.split(/[\n;|&(){}`]+|\$\(/).flatMap((piece) => {
    const words = piece
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    while (words[0] !== undefined && (WRAPPERS.has(words[0]) || /^(?:\w+=|-|\d)/.test(words[0]))) words.shift();
    return words.length === 0 ? [] : [words.slice(0, 2)];
  });
}

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
