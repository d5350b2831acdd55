import type { Result } from "../../shared/lib/result.ts";
import type { CapacityRpc } from "../../shared/protocol/capacity-rpc.ts";
import type { LibraryRpc, NewFile } from "../../shared/protocol/library-rpc.ts";
import type { ProjectRpc } from "../../shared/protocol/object-rpc.ts";
import type { SandboxRpc } from "../../shared/protocol/sandbox-rpc.ts";
import type { StoredEvent } from "../../shared/workflow/codec.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import type { ModelPort } from "../models/port.ts";
import type { Orchestrator } from "../orchestrators/port.ts";
import type { OutsideTool, ServiceInfo } from "./effects/port.ts";
import type { OutboxFact } from "./outbox/derive.ts";

/** One row of `checkpoints`. */
export interface LogRow extends StoredEvent {
  /** Which run of the executor wrote it; see SPEC R4. */
  readonly epoch: number;
  /** Hash of the row before; 64 zeros for the first. */
  readonly previousHash: string;
  /** Micro-dollars this event settled or booked; 0 for most. */
  readonly cost: number;
}

/** Whom rows of the outbox are for: results are the library's, all others the project's. One never waits for the other. */
export type Receiver = "project" | "library";
export const receiverOf = (kind: OutboxRow["kind"]): Receiver => (kind === "result" ? "library" : "project");

/** A row of the outbox, delivered in `seq` order. */
export interface OutboxRow {
  readonly seq: number;
  readonly kind: OutboxFact["kind"];
  /** JSON of that kind's body. */
  readonly body: string;
}

/**
 * The durable side of one workflow. Everything is synchronous: what one turn writes commits together, and
 * nothing leaves the object before it has.
 */
export interface LogStore {
  /** Runs `work` so that either all of its writes happen or none. */
  transaction<T>(work: () => T): T;
  last(): LogRow | null;
  /**
   * All rows or none. Throws when their versions do not follow the last one without gaps, or when the number "epoch" is
   * beyond theirs: a later run has begun.
   */
  append(...rows: readonly LogRow[]): void;
  /** Rows after `since` in order, at most `limit`. */
  range(since: number, limit: number): LogRow[];
  count(name: string): number;
  /** The newest snapshot replaces the one before. */
  saveSnapshot(version: number, text: string): void;
  snapshot(): { readonly version: number; readonly text: string } | null;
  number(name: string): number;
  setNumber(name: string, value: number): void;
  enqueue(kind: OutboxRow["kind"], body: string): void;
  /** Rows for one receiver, the oldest first. */
  outbox(limit: number, to?: Receiver): OutboxRow[];
  dequeue(throughSeq: number, to?: Receiver): void;
}

/** SHA-256, hexadecimal. Synchronous, because check and append share one turn. */
export type Hash = (data: string | Uint8Array) => string;

export interface Timers {
  /** Resolves after `ms`; sooner, without error, when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Sealed bytes in R2, by key. */
export interface Blobs {
  read(key: string, header: string): Promise<Uint8Array>;
  /** Seals and stores; gives the header to keep in the log. */
  write(key: string, bytes: Uint8Array): Promise<{ header: string }>;
}

export type ProjectPort = Pick<ProjectRpc, "lease" | "release" | "project" | "similar" | "anchor">;

export type CapacityPort = Pick<CapacityRpc, "enter" | "leave" | "beat" | "position">;

/** What a run asks of the sandbox Worker. */
export type SandboxClient = Pick<
  SandboxRpc,
  "runCode" | "exec" | "cancel" | "readFile" | "writeFile" | "remove" | "runtimes" | "destroy"
>;

export interface LibraryPort {
  file(fileId: string): Promise<NewFile | null>;
}

/** Where results become files. */
export type ShelfPort = Pick<LibraryRpc, "results">;

/** A live page as any visitor gets it. */
export interface LivePage {
  /** Where it was found, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Of the body, hexadecimal. */
  readonly sha256: string;
  /** Those that matter, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly title: string | null;
  /** What a reader sees, without markup; at most some 100,000 characters. */
  readonly text: string;
  readonly links: readonly string[];
  /** A line each: language and direction, headings, forms, broken links and missing files. Holds words of the page. */
  readonly facts?: readonly string[];
}

/** Fetches live pages of a project's own published sites; the error says in words for the model why it did not. */
export interface PageReader {
  fetch(projectId: string, url: string, signal: AbortSignal): Promise<Result<LivePage, string>>;
}

/** The run a tool acts for. Its state is read at the time of the call; null before there is one. */
export interface RunAccess {
  readonly workflowId: string;
  readonly state: () => WorkflowState | null;
}

/** What the workflow reaches outside its own object. */
export interface Outside {
  /** Framework and version a new workflow is pinned to: the same for the same id, by the rollout's shares. */
  frameworkForNew(workflowId: string): { readonly name: string; readonly version: string };
  /** Throws when that version is no longer carried. */
  orchestrator(framework: { readonly name: string; readonly version: string }): Orchestrator;
  /** The configured model, or the one a running workflow is pinned to. */
  model(pinned?: ModelPort["provider"]): ModelPort;
  project(projectId: string): ProjectPort;
  capacity(): CapacityPort;
  library(projectId: string): LibraryPort & ShelfPort;
  blobs(projectId: string): Blobs;
  readonly sandbox: SandboxClient;
  /** Absent: nothing is published in this deployment. */
  readonly pages?: PageReader | undefined;
  /** Services this deployment can reach; those without credentials are listed as not ready. */
  services(): readonly ServiceInfo[];
  /** Tools that reach them, for this run; parts of the engine ask once per instance. */
  outsideTools(run: RunAccess): readonly OutsideTool[];
  /** Whether the person of a cookie session is still signed in there. */
  isSessionLive(sessionId: string): Promise<boolean>;
}
