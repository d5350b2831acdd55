import { type CustomCommand, defineCommand } from "just-bash/browser";
import { contentsUpTo } from "../../exec/preload.ts";
import { runNode } from "../../isolate/node/run-node.ts";
import { joined, stdinOf } from "../bytes.ts";
import { DIRECT } from "../tty.ts";
import type { CommandHost } from "./host.ts";

/** `node`: what it prints goes to the terminal at once where nothing takes it (see ../tty.ts), else it is its stdout. */
export const nodeCommand = (host: CommandHost): CustomCommand =>
  defineCommand("node", async (args, context) => {
    const isDirect = args[0] === DIRECT;
    const printed: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
    let kept = 0;
    const print = (stream: "stdout" | "stderr", text: string | Uint8Array): boolean => {
      if (isDirect) return host.terminal.write(text);
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      printed[stream].push(bytes);
      kept += bytes.length;
      return kept <= host.memoryBytes / 4;
    };
    await host.load(contentsUpTo(host.tree, host.memoryBytes));
    const result = await runNode({
      program: { kind: "script", argv: isDirect ? args.slice(1) : args },
      fs: host.tree,
      cwd: context.cwd,
      env: { ...context.exportedEnv },
      stdin: stdinOf(context),
      limits: { timeMs: host.remainingMs(), memoryBytes: host.memoryBytes },
      print,
      turns: host.turns,
    });
    if (result.tests !== null) host.onTests(result.tests);
    if (result.outcome !== "exited") host.end(result.outcome, result.problem);
    return {
      stdout: Buffer.from(joined(printed.stdout)).toString("latin1"),
      stdoutKind: "bytes",
      stderr: Buffer.from(joined(printed.stderr)).toString("utf8"),
      exitCode: result.exitCode ?? 137,
    };
  });
