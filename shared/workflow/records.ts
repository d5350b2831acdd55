import { z } from "zod";

/** A file of the project that a workflow may use; `profile` is what parsing found (shared/api/files.ts). */
export const FileRef = z.object({ id: z.string(), name: z.string(), mediaType: z.string(), size: z.number().int() });
export type FileRef = z.infer<typeof FileRef>;

/** What a run of tests came to. */
export const TestReport = z.object({
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
  /** Each test in the order it ran, at most 200; `message` of a failed one. */
  tests: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      status: z.enum(["passed", "failed", "skipped"]),
      message: z.string(),
    }),
  ),
});
export type TestReport = z.infer<typeof TestReport>;

/** Where code ran and how it ended, as people may read it. */
export const RunReport = z.object({
  runtime: z.enum(["isolate", "container"]),
  /** Why there: a code with a text in the client (`default`, `python`, `install`, `build`, `git`, `asked`, `absent`). */
  reason: z.string(),
  outcome: z.string(),
  exitCode: z.number().int().nullable(),
  tests: TestReport.nullable(),
});
export type RunReport = z.infer<typeof RunReport>;

/** Proof of a step: never the agent's word alone. */
export const Evidence = z.discriminatedUnion("type", [
  /** Code that ran: the tool call it ran in, and the part of its output that proves the point. */
  z.object({ type: z.literal("run"), toolCallId: z.string(), label: z.string(), output: z.string() }),
  z.object({ type: z.literal("artifact"), artifactId: z.string(), label: z.string() }),
  /** A check by somebody else than the author. */
  z.object({ type: z.literal("check"), label: z.string(), passed: z.boolean(), detail: z.string() }),
  z.object({ type: z.literal("quote"), label: z.string(), source: z.string(), text: z.string() }),
  /** An outside write and what the service gave back (FR-9.2); `rehearsed`: it would have been sent. */
  z.object({
    type: z.literal("receipt"),
    effectId: z.string(),
    label: z.string(),
    reference: z.string().nullable(),
    link: z.string().nullable(),
    rehearsed: z.boolean(),
  }),
  /** Tests that ran green in the sandbox, after the last change of the step's files. */
  z.object({
    type: z.literal("tests"),
    toolCallId: z.string(),
    label: z.string(),
    passed: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
  }),
  /** A live page as it was fetched. */
  z.object({
    type: z.literal("page"),
    toolCallId: z.string(),
    label: z.string(),
    url: z.string(),
    status: z.number().int(),
    sha256: z.string(),
    at: z.string(),
  }),
]);
export type Evidence = z.infer<typeof Evidence>;

/** A failure as the person reads it: a code of the catalogue (shared/errors) and its parameters. */
export const Failure = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** For logs and support; never shown as the message, never holds a secret. */
  technical: z.string().max(2000),
});
export type Failure = z.infer<typeof Failure>;

export const QuestionStatus = z.enum(["open", "answered", "void"]);
const time = z.string().describe("ISO 8601 UTC");
export const Question = z.object({
  id: z.string(),
  nodeId: z.string().nullable(),
  /**
   * `repair`: automatic repair failed (answers: "retry", "skip", "stop"); `agent`: an agent needs to know; `effect`:
   * nobody can tell whether an outside write happened (answers: "done", "again", "leave").
   */
  kind: z.enum(["agent", "repair", "effect"]),
  text: z.string(),
  choices: z.array(z.string()),
  /** The tool call that waits for the answer, for `agent` questions. */
  toolUseId: z.string().nullable(),
  /** The outside write it is about, for `effect` questions. */
  effectId: z.string().nullable(),
  /** When a reminder is due, and when the question lapses: the agent then decides by what it knows. Null: never. */
  remindAt: time.nullable(),
  reminded: z.boolean(),
  deadline: time.nullable(),
  status: QuestionStatus,
  answer: z.string().nullable(),
});
export type Question = z.infer<typeof Question>;

/** What waits for a person as long as it takes. */
export const NO_DEADLINE = { remindAt: null, reminded: false, deadline: null } as const;

/** What an outside write would do, as a person reads it before approving. */
export const EffectPreview = z.object({
  /** The service's label, in the workflow's language. */
  service: z.string(),
  /** What is done there, the tool's own words: "POST /bookings". */
  action: z.string(),
  /** Whom or what it reaches: an address, a record. */
  target: z.string(),
  effectClass: z.enum(["idempotent-write", "write"]),
  reversible: z.boolean(),
  /** An earlier write of this run or the run it was forked from that looks alike; null when there is none. */
  resembles: z.string().nullable(),
});
export type EffectPreview = z.infer<typeof EffectPreview>;

export const Approval = z.object({
  id: z.string(),
  /**
   * `change_order`: more money is needed to go on; arguments hold `capMicros` proposed. `effect`: a tool wants to write
   * outside; arguments are the parsed values that will be sent, and what runs is what the person left of them.
   */
  kind: z.enum(["change_order", "effect"]),
  nodeId: z.string().nullable(),
  toolCallId: z.string().nullable(),
  summary: z.string(),
  preview: EffectPreview.nullable(),
  arguments: z.record(z.string(), z.unknown()),
  requestedAt: time,
  remindAt: time.nullable(),
  reminded: z.boolean(),
  deadline: time.nullable(),
  /** What happens at the deadline; null when it has none. */
  onDeadline: z.enum(["reject"]).nullable(),
  /** `void`: the run ended, or who approved it lost the role before it was carried out. */
  status: z.enum(["open", "approved", "rejected", "expired", "void"]),
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
});
export type Approval = z.infer<typeof Approval>;

/** How a result came about (FR-9.2): the call that wrote it, the program that ran, what it read. */
export const Provenance = z.object({
  toolCallId: z.string(),
  /** Name of the tool. */
  tool: z.string(),
  /** File that was run, when it was one of the workflow's. */
  code: z.string().nullable(),
  /** Names of the files that were read, at most 100. */
  inputs: z.array(z.string()),
});
export type Provenance = z.infer<typeof Provenance>;

export const ArtifactRecord = z.object({
  id: z.string(),
  nodeId: z.string(),
  /** May hold folders: "site/index.html". */
  name: z.string(),
  mediaType: z.string(),
  /** Plaintext bytes. */
  size: z.number().int(),
  sha256: z.string(),
  /** R2 key of the sealed bytes and the sealing header; both are stripped from what clients see. */
  key: z.string(),
  header: z.string(),
  /** `log`: the full text of an output that was cut. Absent: a result. */
  role: z.enum(["result", "log"]).optional(),
  /** Absent in logs from before schema 3. */
  provenance: Provenance.optional(),
});
export type ArtifactRecord = z.infer<typeof ArtifactRecord>;

/** Who did it: a person, an agent of the run, or the system itself. */
export const Actor = z.object({ kind: z.enum(["user", "agent", "system"]), id: z.string() });
export type Actor = z.infer<typeof Actor>;

export const SYSTEM: Actor = { kind: "system", id: "engine" };
