import { z } from "zod";
import type { BoxEnd, BoxFilesAnswer, BoxOutput, BundleHead } from "../image/box/wire.ts";

/** What the box says is checked whole: a command may have taken its place, or rewritten what it keeps. */

const Path = z.string().min(1).max(4096);
const Size = z.number().int().nonnegative();
const Count = 20_000;

const Test = z.object({
  name: z.string().transform((text) => text.slice(0, 500)),
  file: z.string().transform((text) => text.slice(0, 1000)),
  status: z.enum(["passed", "failed", "skipped"]),
  message: z.string().transform((text) => text.slice(0, 2000)),
});

const End = z.object({
  outcome: z.enum(["exited", "timeout", "memory", "output", "files", "cancelled"]),
  exitCode: z.number().int().min(0).max(255).nullable(),
  problem: z.string().max(500).nullable(),
  changed: z.array(z.object({ path: Path, size: Size, sha256: z.string().regex(/^[0-9a-f]{64}$/) })).max(Count),
  removed: z.array(Path).max(Count),
  read: z.array(Path).max(Count),
  tests: z.array(Test).max(Count).nullable(),
  durationMs: Size,
});

export const Line: z.ZodType<BoxOutput | BoxEnd> = z.union([z.object({ out: z.base64() }), z.object({ end: End })]);

const Entry = z.object({
  path: z.string().max(4096),
  kind: z.enum(["file", "folder", "link"]),
  size: Size,
  modifiedAt: z.iso.datetime(),
});

export const FilesAnswerLine: z.ZodType<BoxFilesAnswer> = z.union([
  z.object({ ok: z.literal(true), entries: z.array(Entry).max(Count * 10) }),
  z.object({
    ok: z.literal(false),
    problem: z.enum(["not_found", "exists", "not_a_folder", "is_a_folder", "bad_path", "too_large", "full"]),
  }),
]);

export const Head: z.ZodType<BundleHead> = z.object({
  files: z.array(z.object({ path: Path, size: Size })).max(Count),
  folders: z.array(Path).max(Count),
});
