import { z } from "zod";
import { isId } from "../../../shared/lib/ids.ts";
import type { ExecRequest } from "../../../shared/protocol/sandbox-rpc.ts";
import { insideWorkspace } from "../files/paths.ts";

const MiB = 1024 * 1024;
const noNul = (text: string): boolean => !text.includes("\0");
const path = z.string().max(4096).refine(noNul, "holds a NUL character");
const script = z.string().max(MiB).refine(noNul, "holds a NUL character");

const Command = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("shell"), script }),
  z.object({
    kind: z.literal("code"),
    language: z.enum(["javascript", "typescript", "python"]),
    code: z.string().max(4 * MiB),
    args: z.array(z.string().max(100_000).refine(noNul, "holds a NUL character")).max(1_000).optional(),
  }),
  z.object({ kind: z.literal("tests"), paths: z.array(path).max(500) }),
]);

/** Bounds of the bounds: what one Worker can do at all. */
const Limits = z.object({
  timeMs: z.number().int().min(1).max(600_000),
  memoryBytes: z
    .number()
    .int()
    .min(MiB)
    .max(512 * MiB),
  outputChars: z.number().int().min(1).max(4_000_000),
  fileBytes: z
    .number()
    .int()
    .min(1)
    .max(24 * MiB),
  workspaceBytes: z
    .number()
    .int()
    .min(1)
    .max(1024 * MiB),
  files: z.number().int().min(1).max(20_000),
});

const Request = z.object({
  workspace: z.object({
    projectId: z.string().refine((id) => isId("prj", id), "is no project"),
    workflowId: z.string().refine((id) => isId("wf", id), "is no workflow"),
  }),
  execId: z.string().regex(/^[\w.:-]{1,200}$/, "has a form no command's id has"),
  command: Command,
  stdin: z
    .string()
    .max(8 * MiB)
    .optional(),
  cwd: path.optional(),
  limits: Limits,
  egress: z.array(z.string().max(253)).max(100),
  manifest: z
    .array(z.object({ path: path.min(1), size: z.number().int().nonnegative(), version: z.string().min(1).max(300) }))
    .max(20_000),
  runtime: z.enum(["isolate", "container"]).optional(),
  by: z.object({ kind: z.enum(["agent", "user"]), id: z.string().max(200), label: z.string().max(500) }),
});

export type CheckedRequest = Omit<ExecRequest, "cwd" | "stdin"> & { readonly cwd: string; readonly stdin: string };

/** What can be told of a request that is refused: whose it is, where it says so in a form that can be used. */
const Whose = Request.pick({ workspace: true, execId: true, by: true }).extend({
  command: Command.nullable().catch(null),
});

export interface Refused {
  readonly ok: false;
  readonly sentence: string;
  readonly whose: z.infer<typeof Whose> | null;
}

/** The request as it may be used, made of plain values only; or one sentence on what is wrong with it. */
export function checkRequest(request: unknown): { ok: true; request: CheckedRequest } | Refused {
  const parsed = Request.safeParse(request);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join(".").slice(0, 100) ?? "";
    return refused(request, `The command was not run: ${where || "the request"} ${issue?.message ?? "is not valid"}.`);
  }
  const { cwd: wanted = "", stdin = "", ...rest } = parsed.data;
  const cwd = insideWorkspace(wanted);
  if (cwd === null) return refused(request, "The command was not run: its folder is outside of /workspace.");
  return { ok: true, request: { ...rest, cwd, stdin } };
}

function refused(request: unknown, sentence: string): Refused {
  return { ok: false, sentence, whose: Whose.safeParse(request).data ?? null };
}
