import type { TranscriptEntry } from "../../../../shared/protocol/sandbox-rpc.ts";
import { EscapeFilter, hasRtl, plainLine } from "./plain-output.ts";

type End = Extract<TranscriptEntry, { kind: "end" }>;

/** A command of the terminal as it stands. */
export interface Ran {
  readonly execId: string;
  readonly at: string;
  readonly text: string;
  readonly by: Extract<TranscriptEntry, { kind: "command" }>["by"];
  /** Null while it runs. */
  readonly end: Pick<End, "outcome" | "exitCode" | "why"> | null;
}

export interface Line {
  /** Counts the lines of this screen. */
  readonly id: number;
  readonly text: string;
}

/** Kept for who reads the text instead of the picture, and of what the picture is drawn from again. */
const MAX_LINES = 1_000;
const MAX_RTL = 300;
const MAX_COMMANDS = 200;
const MAX_TEXT = 400_000;
/** A line that does not end is shown in parts of this length, characters. */
const MAX_LINE = 8_000;

const DIM = "\u001b[2m";
const BOLD = "\u001b[1;36m";
const BACK = "\u001b[0m";

/**
 * What the lines of a transcript come to, in order and each once, however often the stream begins again: text for the
 * picture, lines for reading, lines with right-to-left letters, and the commands.
 */
export class Screen {
  /** The last entry taken. */
  seq = 0;
  lines: readonly Line[] = [];
  rtl: readonly Line[] = [];
  commands: readonly Ran[] = [];
  /** Something older is no longer kept. */
  cut = false;
  /** All of the picture so far, from its last {@link MAX_TEXT} characters. */
  text = "";
  readonly #open = new Map<string, { readonly filter: EscapeFilter; line: string }>();
  #next = 1;

  /** Gives what the picture adds; empty for an entry that was taken before. */
  take(entry: TranscriptEntry): string {
    if (entry.seq <= this.seq) return "";
    this.seq = entry.seq;
    const added = this.#add(entry);
    this.text += added;
    if (this.text.length > MAX_TEXT) {
      this.text = this.text.slice(this.text.indexOf("\n", this.text.length - MAX_TEXT * 0.8) + 1);
      this.cut = true;
    }
    return added;
  }

  #add(entry: TranscriptEntry): string {
    switch (entry.kind) {
      case "command": {
        const { execId, at, by } = entry;
        const text = plain(entry.text);
        this.commands = [...this.commands.slice(-MAX_COMMANDS + 1), { execId, at, text, by, end: null }];
        for (const line of `$ ${text}`.split("\n")) this.#line(line);
        const label = plain(by.label).replaceAll("\n", " ");
        return `${hasRtl(label) ? "" : `${DIM}# ${label}${BACK}\n`}${BOLD}$${BACK} ${text}\n`;
      }
      case "output": {
        const open = this.#open.get(entry.execId) ?? { filter: new EscapeFilter(), line: "" };
        this.#open.set(entry.execId, open);
        const safe = open.filter.push(entry.text);
        const parts = (open.line + safe).split("\n");
        open.line = parts.pop() ?? "";
        for (const part of parts) this.#line(part);
        if (open.line.length > MAX_LINE) {
          this.#line(open.line);
          open.line = "";
        }
        return safe;
      }
      case "end": {
        const open = this.#open.get(entry.execId);
        this.#open.delete(entry.execId);
        if (open && open.line !== "") this.#line(open.line);
        const { outcome, exitCode, why } = entry;
        this.commands = this.commands.map((one) =>
          one.execId === entry.execId ? { ...one, end: { outcome, exitCode, why } } : one,
        );
        // A command may leave a colour on, or its last line open.
        return `${BACK}${open && open.line !== "" ? "\n" : ""}\n`;
      }
    }
  }

  #line(raw: string): void {
    const text = plainLine(raw);
    const line = { id: this.#next++, text };
    if (this.lines.length >= MAX_LINES) this.cut = true;
    this.lines = [...this.lines.slice(-MAX_LINES + 1), line];
    if (hasRtl(text)) this.rtl = [...this.rtl.slice(-MAX_RTL + 1), line];
  }
}

const plain = (text: string): string =>
  new EscapeFilter()
    .push(text)
    .split("\n")
    .map((line) => plainLine(line))
    .join("\n")
    .trimEnd();
