/**
 * Paths the API requests of an object's `fetch` (with the trusted member header): what must stream or upgrade.
 * Workflow: `/socket?since=` and `/stream?since=`. Project: `/socket`, and POST `/messages` (JSON PostMessage).
 */
export const OBJECT_PATHS = { socket: "/socket", stream: "/stream", messages: "/messages" } as const;
