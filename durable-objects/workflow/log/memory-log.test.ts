import { describe } from "vitest";
import { logContract } from "./log-contract.ts";
import { MemoryLog } from "./memory-log.ts";

describe("L6 the log in memory", () => {
  logContract((check) => check(new MemoryLog()));
});
