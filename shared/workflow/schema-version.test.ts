import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { z } from "zod";
import { EventBody, SCHEMA_VERSION } from "./events.ts";

/**
 * What the events of each schema look like. A changed event is a new schema: raise SCHEMA_VERSION, write the upcaster
 * from the version before, add logs of that version to durable-objects/workflow/log/corpus, and pin the new hash here.
 */
const PINNED: Readonly<Record<number, string>> = {
  3: "b247e5b47185a940",
};

it("L8 events do not change without a new schema version", () => {
  // What a schema says in code only (the state inside workflow.imported) has its own schema and test.
  const schema = z.toJSONSchema(EventBody, { unrepresentable: "any" });
  const hash = createHash("sha256").update(JSON.stringify(schema)).digest("hex").slice(0, 16);
  expect({ version: SCHEMA_VERSION, hash }).toEqual({ version: SCHEMA_VERSION, hash: PINNED[SCHEMA_VERSION] });
});
