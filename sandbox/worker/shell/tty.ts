import type { Bash, BashOptions } from "just-bash/browser";
import { PULSE } from "./commands/pulse.ts";

type Plugin = Parameters<Bash["registerTransformPlugin"]>[0];
type Script = ReturnType<Plugin["transform"]>["ast"];
type Statement = Script["statements"][number];
type Command = Statement["pipelines"][number]["commands"][number];
type Word = NonNullable<Simple["name"]>;
type Redirection = Simple["redirections"][number];

export type ShellOptions = BashOptions;
export const TTY = "/dev/tty";

/** Operators that only read: a compound command with nothing else can still show its parts one by one. */
const READS = new Set(["<", "<<", "<<-", "<<<", "<&"]);

/** First argument of a `node` whose output nothing takes: it may print to the terminal by itself. */
export const DIRECT = "\u0001direct";

const word = (value: string): Word => ({ type: "Word", parts: [{ type: "Literal", value }] });

const redirect = (operator: Redirection["operator"], fd: number | null): Redirection => ({
  type: "Redirection",
  fd,
  operator,
  target: word(TTY),
});

/**
 * The shell answers with all output at the end, stdout apart from stderr. This sends the output of each command to
 * /dev/tty as soon as that command is done, in order, as a real terminal shows it: every simple command outside of a
 * function gets `>>/dev/tty 2>>/dev/tty` in front of its own redirections. What is captured (`$(…)`, pipes, functions) is
 * left alone.
 */
export const toTty: Plugin = {
  name: "tty",
  transform: ({ ast }) => {
    const seen = { exec: false };
    visit(ast, seen);
    // After `exec >file` the shell's own output goes there, and showing it would take it away again.
    if (!seen.exec) for (const statement of ast.statements) show(statement);
    return { ast };
  },
};

const LOOPS = new Set(["For", "CStyleFor", "While", "Until"]);

/** Lets every loop, wherever it stands, begin its turns with a look at the clock. */
function visit(node: unknown, seen: { exec: boolean }): void {
  if (node === null || typeof node !== "object") return;
  for (const part of Object.values(node)) visit(part, seen);
  if (isSimple(node) && nameOf(node) === "exec" && node.args.length === 0) seen.exec = true;
  if ("type" in node && LOOPS.has(String(node.type)) && "body" in node && Array.isArray(node.body)) {
    node.body.unshift(pulseStatement());
  }
}

type Simple = Extract<Command, { type: "SimpleCommand" }>;
const isSimple = (node: object): node is Simple => "type" in node && node.type === "SimpleCommand";

const pulseStatement = (): Statement => ({
  type: "Statement",
  pipelines: [
    {
      type: "Pipeline",
      negated: false,
      commands: [{ type: "SimpleCommand", assignments: [], name: word(PULSE), args: [], redirections: [] }],
    },
  ],
  operators: [],
  background: false,
});

function show(statement: Statement): void {
  for (const { commands, pipeStderr } of statement.pipelines) {
    const [only] = commands;
    if (commands.length === 1 && only !== undefined) showCommand(only);
    else {
      for (const [index, command] of commands.entries()) {
        if (index === commands.length - 1) attach(command, [redirect(">>", null), redirect(">>", 2)]);
        else if (pipeStderr?.[index] !== true) attach(command, [redirect(">>", 2)]);
      }
    }
  }
}

function showCommand(command: Command): void {
  const inside = partsOf(command);
  if (
    inside !== null &&
    "redirections" in command &&
    command.redirections.every(({ operator }) => READS.has(operator))
  ) {
    for (const statement of inside) show(statement);
  } else if (command.type === "SimpleCommand" && nameOf(command) === "node" && command.redirections.length === 0) {
    command.args.unshift(word(DIRECT));
  } else attach(command, [redirect(">>", null), redirect(">>", 2)]);
}

function attach(command: Command, redirections: readonly Redirection[]): void {
  if (command.type === "FunctionDef") return;
  // An assignment alone prints nothing.
  if (command.type === "SimpleCommand" && ["", PULSE].includes(nameOf(command))) return;
  command.redirections.unshift(...redirections);
}

/** Empty: an assignment alone. "$": worked out only when it runs. */
function nameOf({ name }: Simple): string {
  if (name === null) return "";
  const [part] = name.parts;
  return name.parts.length === 1 && part?.type === "Literal" ? part.value : "$";
}

/** The statements a compound command runs in this very shell or in one of its own; null: it has none. */
function partsOf(command: Command): Statement[] | null {
  switch (command.type) {
    case "If":
      return [
        ...command.clauses.flatMap(({ condition, body }) => [...condition, ...body]),
        ...(command.elseBody ?? []),
      ];
    case "For":
    case "CStyleFor":
    case "Group":
    case "Subshell":
      return command.body;
    case "While":
    case "Until":
      return [...command.condition, ...command.body];
    case "Case":
      return command.items.flatMap(({ body }) => body);
    default:
      return null;
  }
}
