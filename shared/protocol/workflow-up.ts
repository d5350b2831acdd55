import { z } from "zod";

/**
 * Client → server on a workflow's socket. Anything else is answered with an error frame and, when repeated, a close
 * (1008). Apart from the frames down, so that the client does not load the validator.
 */
export const WorkflowUpFrame = z.discriminatedUnion("type", [z.object({ type: z.literal("ping") })]);
