import type { Hash } from "../ports.ts";

/** JSON of a value with the keys of every object in order: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? "null";
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

/** Two calls with the same fingerprint would do the same thing outside. */
export const fingerprintOf = (tool: string, args: Readonly<Record<string, unknown>>, hash: Hash): string =>
  hash(`${tool}\n${canonicalJson(args)}`);

/**
 * The key under which a write is sent, 64 hexadecimal characters: the same however often it is repeated, another one
 * for every other call, run and workflow. `turn` counts from 1 the times a person had the same call sent anew.
 */
export const keyOf = (
  call: { readonly workflowId: string; readonly nodeId: string; readonly callId: string; readonly turn: number },
  hash: Hash,
): string => hash(JSON.stringify([call.workflowId, call.nodeId, call.callId, ...(call.turn > 1 ? [call.turn] : [])]));
