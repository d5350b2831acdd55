import { z } from "zod";
import { Role } from "../../../shared/access/roles.ts";

/** What a socket carries through hibernation; the platform keeps at most 2 KiB. */
const Attachment = z.object({ userId: z.string().max(200), role: Role, badFrames: z.number().int().nonnegative() });
export type Attachment = z.infer<typeof Attachment>;

export function writeAttachment(socket: WebSocket, attachment: Attachment): void {
  socket.serializeAttachment(attachment);
}

/** Null when it is missing or was written by other code: such a socket is closed. */
export function readAttachment(socket: WebSocket): Attachment | null {
  const parsed = Attachment.safeParse(socket.deserializeAttachment());
  return parsed.success ? parsed.data : null;
}
