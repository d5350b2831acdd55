import type { RunCodeInput, SandboxRpc } from "../shared/protocol/sandbox-rpc.ts";

/** What other rooms may call of the sandbox, whichever Worker, container or test double carries it out. */
export type SandboxPort = Pick<SandboxRpc, "runCode" | "parseFile" | "countTokens">;

/** Limits of one run of guest code unless the caller has a reason for others. */
export const RUN_CODE_LIMITS: RunCodeInput["limits"] = {
  timeMs: 10_000,
  memoryBytes: 64 * 1024 * 1024,
  outputChars: 16_000,
  filesBytes: 10 * 1024 * 1024,
};
