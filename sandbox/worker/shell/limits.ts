import type { ShellOptions } from "./tty.ts";

const MiB = 1024 * 1024;

/**
 * Bounds of one shell run beside its time, where the shell's own "hardened" ones are too tight for honest work on files
 * of some megabytes. Counted, not timed: what counts here cannot look at the clock while it works.
 */
export const SHELL_LIMITS: NonNullable<ShellOptions["executionLimits"]> = {
  maxSourceBytes: MiB,
  maxCommandCount: 1_000_000,
  maxLoopIterations: 1_000_000,
  maxAwkIterations: 1_000_000,
  maxAwkParserOperations: 1_000_000,
  maxSedIterations: 200_000,
  maxJqIterations: 500_000,
  maxQueryElements: 500_000,
  maxArrayElements: 500_000,
  maxBraceExpansionResults: 100_000,
  maxStringLength: 32 * MiB,
  maxInputBytes: 256 * MiB,
  maxOutputSize: 64 * MiB,
  maxWorkUnits: 50_000_000,
  maxCallDepth: 100,
  maxExtensionCleanupTimeMs: 2_000,
};
