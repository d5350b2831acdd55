import { z } from "zod";
import { MAX_TERMINAL_LINE } from "./limits.ts";

/** A line for the shell, as a person typed it. */
export const TerminalBody = z.object({ line: z.string().min(1).max(MAX_TERMINAL_LINE) });

/** It runs now; what it says comes with the stream under this id. */
export const TerminalAccepted = z.object({ execId: z.string() });
export type TerminalAccepted = z.infer<typeof TerminalAccepted>;
