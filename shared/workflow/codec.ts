import { err, ok, type Result } from "../lib/result.ts";
import { EventBody, SCHEMA_VERSION, type WorkflowEvent } from "./events.ts";
import { Actor } from "./records.ts";
import { UPCASTERS } from "./upcasters.ts";

/** One row of `checkpoints` as the codec needs it. */
export interface StoredEvent {
  readonly version: number;
  readonly schemaVersion: number;
  readonly at: string;
  readonly actor: string;
  readonly name: string;
  readonly event: string;
}

export type DecodeProblem = { readonly code: "event_unreadable"; readonly version: number; readonly detail: string };

/** Event → the columns that hold it. */
export function encodeEvent(event: WorkflowEvent): StoredEvent {
  return {
    version: event.version,
    schemaVersion: SCHEMA_VERSION,
    at: event.at,
    actor: JSON.stringify(event.actor),
    name: event.name,
    event: JSON.stringify(event.data),
  };
}

/**
 * Columns → event, lifted through the upcasters. Rows of the current schema were written by this code and are
 * covered by the hash chain, so only older ones are validated again.
 */
export function decodeEvent(row: StoredEvent): Result<WorkflowEvent, DecodeProblem> {
  let body = { name: row.name, data: JSON.parse(row.event) as unknown };
  for (let from = row.schemaVersion; from < SCHEMA_VERSION; from++) {
    const lift = UPCASTERS[from];
    if (!lift)
      return err({ code: "event_unreadable", version: row.version, detail: `no upcaster from schema ${from}` });
    body = lift(body.name, body.data, row.at);
  }
  const actor = Actor.parse(JSON.parse(row.actor));
  if (row.schemaVersion === SCHEMA_VERSION)
    // SAFETY: written by encodeEvent under this very schema version; the hash chain covers the row.
    return ok({ version: row.version, at: row.at, actor, ...body } as WorkflowEvent);
  const parsed = EventBody.safeParse(body);
  if (!parsed.success)
    return err({
      code: "event_unreadable",
      version: row.version,
      detail: parsed.error.issues[0]?.message ?? "invalid",
    });
  return ok({ version: row.version, at: row.at, actor, ...parsed.data });
}
