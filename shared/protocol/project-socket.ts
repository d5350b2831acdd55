import type { MessageFrame } from "../api/messages.ts";
import type { WorkflowListItem } from "../api/workflows.ts";

/** Server → client on `/api/projects/:id/socket`: summaries of all workflows, and the Director's words. */
export type ProjectDownFrame =
  | { readonly type: "hello"; readonly protocol: number }
  | { readonly type: "workflow"; readonly workflow: WorkflowListItem }
  | MessageFrame
  | { readonly type: "error"; readonly code: string };
