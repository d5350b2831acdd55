import { type CustomCommand, defineCommand } from "just-bash/browser";
import { SCRATCH } from "../../files/paths.ts";
import { failed, stdinOf, textOut } from "../bytes.ts";
import type { CommandHost } from "./host.ts";

/** What `yes` prints at most: enough for any `| head`, far from a flood. */
const YES_BYTES = 256 * 1024;

/** Small programs scripts expect to find. */
export function smallCommands(host: CommandHost): CustomCommand[] {
  return [
    defineCommand("yes", async (args) => {
      const line = `${args.length === 0 ? "y" : args.join(" ")}\n`;
      const stdout = line.repeat(Math.max(1, Math.floor(YES_BYTES / line.length)));
      return textOut(stdout, 1);
    }),
    defineCommand("realpath", async (args, context) => {
      const paths = args.filter((arg) => !arg.startsWith("-"));
      if (paths.length === 0) return failed("realpath", "missing operand");
      const lines: string[] = [];
      for (const path of paths) {
        const whole = context.fs.resolvePath(context.cwd, path);
        lines.push(await context.fs.realpath(whole).catch(() => whole));
      }
      return textOut(`${lines.join("\n")}\n`);
    }),
    defineCommand("mktemp", async (args) => {
      const name = `${SCRATCH}/tmp.${crypto.randomUUID().slice(0, 10)}`;
      if (args.includes("-d")) host.tree.makeFolder(name);
      else host.tree.write(name, new Uint8Array());
      return textOut(`${name}\n`);
    }),
    defineCommand("uname", async (args) => textOut(args.includes("-a") ? "Linux sandbox wasm32\n" : "Linux\n")),
    defineCommand("id", async (args) =>
      textOut(args.includes("-u") ? "1000\n" : args.includes("-un") ? "user\n" : "uid=1000(user) gid=1000(user)\n"),
    ),
    defineCommand("nproc", async () => textOut("1\n")),
    defineCommand("shuf", async (args, context) => {
      const range = args[args.indexOf("-i") + 1]?.match(/^(\d{1,9})-(\d{1,9})$/);
      const count = Number(args[args.indexOf("-n") + 1]);
      const file = args.find((arg, index) => !arg.startsWith("-") && !["-i", "-n"].includes(args[index - 1] ?? ""));
      let lines: string[];
      if (args.includes("-i")) {
        if (!range) return failed("shuf", "invalid range");
        const [from, to] = [Number(range[1]), Number(range[2])];
        if (to - from > 1_000_000) return failed("shuf", "the range is too large");
        lines = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => String(from + index));
      } else {
        const text =
          file === undefined
            ? new TextDecoder().decode(stdinOf(context))
            : await context.fs.readFile(context.fs.resolvePath(context.cwd, file));
        lines = text.split("\n");
        if (lines.at(-1) === "") lines.pop();
      }
      for (let at = lines.length - 1; at > 0; at -= 1) {
        const other = Math.floor(Math.random() * (at + 1));
        [lines[at], lines[other]] = [lines[other] ?? "", lines[at] ?? ""];
      }
      const kept = args.includes("-n") && Number.isFinite(count) ? lines.slice(0, count) : lines;
      return textOut(kept.map((line) => `${line}\n`).join(""));
    }),
    // Signals reach no command here: it is ended from outside, whatever it would like to ignore.
    defineCommand("trap", async (args) =>
      args.includes("EXIT") || args.includes("0")
        ? { stdout: "", stderr: "trap: EXIT is not called here\n", exitCode: 0 }
        : textOut(""),
    ),
  ];
}
