import type { WorkflowDownFrame } from "../../../shared/protocol/workflow-socket.ts";

const EVERY_MS = 150;
/** Characters of the end of the text that are shown. */
const SHOWN = 600;

/** Text as models say it: gathered, and told at most every 150 ms per step. Nothing of it is logged. */
export class Progress {
  readonly #send: (frame: WorkflowDownFrame) => void;
  readonly #watched: () => boolean;
  readonly #texts = new Map<string | null, { text: string; told: boolean }>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(send: (frame: WorkflowDownFrame) => void, watched: () => boolean) {
    this.#send = send;
    this.#watched = watched;
  }

  add(nodeId: string | null, delta: string): void {
    const text = ((this.#texts.get(nodeId)?.text ?? "") + delta).slice(-SHOWN);
    this.#texts.set(nodeId, { text, told: false });
    if (this.#timer === null && this.#watched()) this.#timer = setTimeout(() => this.#tell(), EVERY_MS);
  }

  /** The answer is in the log now: its text is no longer told apart. */
  clear(nodeId: string | null): void {
    this.#texts.delete(nodeId);
  }

  #tell(): void {
    this.#timer = null;
    for (const [nodeId, entry] of this.#texts) {
      if (entry.told) continue;
      entry.told = true;
      this.#send({ type: "progress", nodeId, text: entry.text });
    }
  }
}
