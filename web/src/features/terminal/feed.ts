import { createStore } from "zustand/vanilla";
import type { TranscriptEntry } from "../../../../shared/protocol/sandbox-rpc.ts";
import { ApiError } from "../../api/http.ts";
import { readTerminal } from "../../api/terminal.ts";
import { type Line, type Ran, Screen } from "./screen.ts";

export interface FeedState {
  readonly connection: "connecting" | "live" | "reconnecting" | "offline";
  /** When the last line or the connection came, ms. */
  readonly heardAt: number;
  /** A refusal that trying again does not mend. */
  readonly refused: ApiError | null;
  readonly lines: readonly Line[];
  readonly rtl: readonly Line[];
  readonly commands: readonly Ran[];
  readonly cut: boolean;
}

type Read = typeof readTerminal;

/** The screen is told at most ten times a second, however fast a program prints. */
const FLUSH_MS = 100;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/** Follows a workflow's terminal: begins again after what it has, when the connection is lost or the network is back. */
export class Feed {
  readonly store = createStore<FeedState>()(() => ({
    connection: "connecting",
    heardAt: Date.now(),
    refused: null,
    lines: [],
    rtl: [],
    commands: [],
    cut: false,
  }));
  readonly #workflowId: string;
  readonly #read: Read;
  readonly #screen = new Screen();
  readonly #drawers = new Set<(text: string) => void>();
  #pending = "";
  #flush: ReturnType<typeof setTimeout> | undefined;

  constructor(workflowId: string, read: Read = readTerminal) {
    this.#workflowId = workflowId;
    this.#read = read;
  }

  /** Gives `draw` everything so far and all that comes; call what it gives to stop. */
  draw(draw: (text: string) => void): () => void {
    this.#publish();
    draw(this.#screen.text);
    this.#drawers.add(draw);
    return () => this.#drawers.delete(draw);
  }

  /** Follows until what it gives is called. */
  follow(): () => void {
    const abort = new AbortController();
    let wake = (): void => undefined;
    const online = () => wake();
    const offline = () => this.store.setState({ connection: "offline" });
    addEventListener("online", online);
    addEventListener("offline", offline);
    const run = async () => {
      for (let failures = 0; !abort.signal.aborted; ) {
        try {
          await this.#once(abort.signal, () => {
            failures = 0;
          });
        } catch (error) {
          if (abort.signal.aborted) return;
          if (error instanceof ApiError && !error.offline && error.body.status < 500 && error.body.status !== 429) {
            this.store.setState({ refused: error });
            return;
          }
        }
        this.store.setState({ connection: navigator.onLine ? "reconnecting" : "offline" });
        const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, wait);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          abort.signal.addEventListener("abort", wake, { once: true });
        });
      }
    };
    void run();
    return () => {
      abort.abort();
      removeEventListener("online", online);
      removeEventListener("offline", offline);
    };
  }

  async #once(signal: AbortSignal, opened: () => void): Promise<void> {
    const onOpen = () => {
      opened();
      this.store.setState({ connection: "live", heardAt: Date.now() });
    };
    for await (const entry of this.#read(this.#workflowId, this.#screen.seq, onOpen, signal)) this.#take(entry);
  }

  #take(entry: TranscriptEntry): void {
    this.#pending += this.#screen.take(entry);
    this.#flush ??= setTimeout(() => this.#publish(), FLUSH_MS);
  }

  #publish(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") for (const draw of this.#drawers) draw(text);
    const { lines, rtl, commands, cut } = this.#screen;
    this.store.setState({ lines, rtl, commands, cut, heardAt: Date.now() });
  }
}
