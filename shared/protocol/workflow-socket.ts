import type { WorkflowEvent } from "../workflow/events.ts";
import type { WorkflowState } from "../workflow/state.ts";

/** Raised whenever a frame below changes; a client with another version reloads. */
export const PROTOCOL_VERSION = 2;

/** Close code of a socket whose session has ended: its person signed out, or was signed out. */
export const SIGNED_OUT = 4401;

/** Server → client on `/api/workflows/:id/socket?since=` (and as SSE on `…/stream`, id = version). */
export type WorkflowDownFrame =
  | { readonly type: "hello"; readonly protocol: number; readonly version: number }
  /** Sent instead of events when the gap is wider than the server replays. Artifact keys are stripped. */
  | { readonly type: "snapshot"; readonly version: number; readonly state: WorkflowState }
  | { readonly type: "event"; readonly event: WorkflowEvent }
  /**
   * Throttled and not logged: the end of what a step (null: the planning) is saying right now. Each frame
   * replaces the one before.
   */
  | { readonly type: "progress"; readonly nodeId: string | null; readonly text: string }
  /** Not logged: the place in the queue from 1, while the workflow waits for room; null when it is not known. */
  | { readonly type: "queue"; readonly position: number | null }
  | { readonly type: "pong" }
  | { readonly type: "error"; readonly code: string };

/** What a client sends to see whether the line is alive; answered without waking the object, byte for byte. */
export const PING = '{"type":"ping"}';
export const PONG = '{"type":"pong"}';
