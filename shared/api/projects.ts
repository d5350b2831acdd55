import { z } from "zod";
import { Role } from "../access/roles.ts";

export const ProjectView = z.object({ id: z.string(), name: z.string(), role: Role, createdAt: z.string() });
export type ProjectView = z.infer<typeof ProjectView>;

const name = z.string().trim().min(1).max(100);
export const CreateProject = z.object({ name });
export const RenameProject = z.object({ name });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(30),
  cursor: z.string().max(200).optional(),
});

/** One page; `nextCursor` is null on the last. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
