import { type CustomCommand, defineCommand } from "just-bash/browser";
import type { CommandHost } from "./host.ts";

/** Run at the start of every turn of a loop (see ../tty.ts): a loop of assignments alone would keep the thread. */
export const PULSE = ".turn";

export const pulseCommand = (host: CommandHost): CustomCommand =>
  defineCommand(PULSE, async () => {
    await host.pulse();
    return { stdout: "", stderr: "", exitCode: 0 };
  });
