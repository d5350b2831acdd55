import { isRefusedHead, REFUSED_HEAD_BYTES } from "../../../../shared/api/refused-kinds.ts";

/** An upload as the person sees it. Bytes are those the server has. */
export type Phase =
  | { readonly kind: "waiting" }
  | { readonly kind: "sending"; readonly sent: number; readonly bytesPerS: number | null }
  | { readonly kind: "paused"; readonly sent: number }
  | { readonly kind: "offline"; readonly sent: number }
  /** The page was loaded anew: the browser has forgotten the file, the server has not. */
  | { readonly kind: "needs-file"; readonly sent: number; readonly wrong: boolean }
  | { readonly kind: "finishing" }
  | { readonly kind: "done"; readonly version: number; readonly same: boolean }
  | { readonly kind: "refused"; readonly title: string; readonly detail: string; readonly mayRetry: boolean };

export type Happening =
  | { readonly type: "begun"; readonly sent: number }
  | { readonly type: "progress"; readonly sent: number; readonly bytesPerS: number | null }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "network-lost" }
  | { readonly type: "wrong-file" }
  | { readonly type: "all-sent" }
  | { readonly type: "stored"; readonly version: number; readonly same: boolean }
  | { readonly type: "refused"; readonly title: string; readonly detail: string; readonly mayRetry: boolean };

/** Which happenings mean something in a phase; all others come too late and change nothing. */
const ALLOWED: Readonly<Record<Phase["kind"], readonly Happening["type"][]>> = {
  waiting: ["begun", "pause", "refused", "all-sent", "network-lost"],
  sending: ["progress", "pause", "network-lost", "all-sent", "refused"],
  paused: ["resume"],
  offline: ["resume", "pause", "begun"],
  "needs-file": ["wrong-file", "resume", "refused"],
  finishing: ["stored", "network-lost", "refused"],
  done: [],
  refused: ["resume"],
};

const sentOf = (phase: Phase): number => ("sent" in phase ? phase.sent : 0);

/** The phase after a happening. Bytes the server has are never forgotten while the upload lives. */
export function next(phase: Phase, now: Happening): Phase {
  if (!ALLOWED[phase.kind].includes(now.type)) return phase;
  switch (now.type) {
    case "begun":
      return { kind: "sending", sent: now.sent, bytesPerS: null };
    case "progress":
      // A part that is sent again begins at its start: the bar does not run back for it.
      return { kind: "sending", sent: Math.max(sentOf(phase), now.sent), bytesPerS: now.bytesPerS };
    case "pause":
      return { kind: "paused", sent: sentOf(phase) };
    case "resume":
      return { kind: "waiting" };
    case "network-lost":
      return { kind: "offline", sent: sentOf(phase) };
    case "wrong-file":
      return { kind: "needs-file", sent: sentOf(phase), wrong: true };
    case "all-sent":
      return { kind: "finishing" };
    case "stored":
      return { kind: "done", version: now.version, same: now.same };
    case "refused":
      return { kind: "refused", title: now.title, detail: now.detail, mayRetry: now.mayRetry };
  }
}

/** The parts that still have to be sent, as [number, first byte, end). Parts are numbered from 1. */
export function missingParts(upload: {
  readonly size: number;
  readonly partSize: number;
  readonly parts: number;
  readonly received: readonly number[];
}): { readonly part: number; readonly start: number; readonly end: number }[] {
  const there = new Set(upload.received);
  return Array.from({ length: upload.parts }, (_, index) => index + 1)
    .filter((part) => !there.has(part))
    .map((part) => ({
      part,
      start: (part - 1) * upload.partSize,
      end: Math.min(upload.size, part * upload.partSize),
    }));
}

/** Bytes of the parts that are there. */
export const receivedBytes = (upload: Parameters<typeof missingParts>[0]): number =>
  upload.size - missingParts(upload).reduce((sum, { start, end }) => sum + end - start, 0);

/** What is kept of an upload between visits: enough to know its file again. Never its content. */
export interface Intent {
  readonly uploadId: string;
  readonly projectId: string;
  readonly userId: string;
  readonly folder: string;
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
  /** SHA-256 of the file's two ends, hexadecimal. */
  readonly ends: string;
}

/** Whether the server is certain to refuse this file for its kind; what is not known here is sent. */
export const isRefusedKind = async (file: Blob, name: string): Promise<boolean> =>
  isRefusedHead(name, new Uint8Array(await file.slice(0, REFUSED_HEAD_BYTES).arrayBuffer()));

const END_BYTES = 64 * 1024;

/** A short print of a file, so that another one of the same name is not taken for it. */
export async function endsOf(file: Blob): Promise<string> {
  const ends = new Blob([file.slice(0, END_BYTES), file.slice(Math.max(0, file.size - END_BYTES)), String(file.size)]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await ends.arrayBuffer()));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a picked file is the one of the intent: its name may have changed, its content not. */
export const isSameFile = async (intent: Pick<Intent, "size" | "ends">, file: Blob): Promise<boolean> =>
  file.size === intent.size && (await endsOf(file)) === intent.ends;
