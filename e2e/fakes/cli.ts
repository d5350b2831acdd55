import { parseArgs } from "node:util";
import { echoBrain, offlineBrain } from "./brain.ts";
import type { FakeOptions, FakeServer } from "./http.ts";

/** Runs a fake by hand: reads the command line, starts, says where, stops on Ctrl-C. */
export async function runFake(name: string, start: (options: FakeOptions) => Promise<FakeServer>): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      brain: { type: "string", default: "offline" },
      fault: { type: "string", multiple: true, default: [] },
      key: { type: "string", multiple: true, default: [] },
      thinking: { type: "boolean", default: false },
      "first-byte-ms": { type: "string", default: "0" },
      "between-ms": { type: "string", default: "0" },
    },
  });
  const brains = { offline: offlineBrain(), echo: echoBrain };
  if (values.brain !== "offline" && values.brain !== "echo") throw new Error("--brain must be offline or echo");
  const server = await start({
    brain: brains[values.brain],
    port: Number(values.port),
    faults: values.fault,
    keys: values.key,
    thinking: values.thinking,
    delays: { firstByteMs: Number(values["first-byte-ms"]), betweenMs: Number(values["between-ms"]) },
  });
  console.log(`${name} on ${server.url} (brain: ${values.brain}); bill at ${server.url}/__bill`);
  process.once("SIGINT", () => void server.close());
  process.once("SIGTERM", () => void server.close());
}
