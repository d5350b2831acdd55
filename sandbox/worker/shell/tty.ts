import type { Bash, BashOptions } from "just-bash/browser";

type Plugin = Parameters<Bash["registerTransformPlugin"]>[0];
type Script = ReturnType<Plugin["transform"]>["ast"];
type Statement = Script["statements"][number];
type Command = Statement["pipelines"][number]["commands"][number];
type Redirection = Extract<Command, { type: "SimpleCommand" }>["redirections"][number];

export type ShellOptions = BashOptions;
export const TTY = "/dev/tty";

/** Operators that only read: a compound command with nothing else can still show its parts one by one. */
const READS = new Set(["<", "<<", "<<-", "<<<", "<&"]);

const redirect = (operator: Redirection["operator"], fd: number | null): Redirection => ({
  type: "Redirection",
  fd,
  operator,
  target: { type: "Word", parts: [{ type: "Literal", value: TTY }] },
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
    for (const statement of ast.statements) show(statement);
    return { ast };
  },
};

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
  } else attach(command, [redirect(">>", null), redirect(">>", 2)]);
}

function attach(command: Command, redirections: readonly Redirection[]): void {
  if (command.type === "FunctionDef") return;
  // `exec` keeps its redirections for the rest of the script; an assignment alone prints nothing.
  if (command.type === "SimpleCommand" && (command.name === null || isExec(command.name))) return;
  command.redirections.unshift(...redirections);
}

const isExec = (name: NonNullable<Extract<Command, { type: "SimpleCommand" }>["name"]>): boolean =>
  name.parts.length === 1 && name.parts[0]?.type === "Literal" && name.parts[0].value === "exec";

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
