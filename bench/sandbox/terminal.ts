import type { Client } from "../../e2e/harness/client.ts";
import type { TerminalAccepted } from "../../shared/api/terminal.ts";
import type { TranscriptEntry } from "../../shared/protocol/sandbox-rpc.ts";

/** A line of the shell as the person who typed it sees it. Milliseconds from sending it. */
export interface Ran {
  readonly execId: string;
  /** By the sandbox's own clock: until it began there, and from there to its end. The rest is the way back. */
  readonly begunMs: number;
  readonly ranMs: number;
  /** Until its first output came, or its end where it said nothing. */
  readonly firstMs: number;
  readonly endMs: number;
  readonly output: string;
  readonly outcome: string;
  readonly exitCode: number | null;
}

interface Seen {
  readonly entry: TranscriptEntry;
  readonly at: number;
}

/** The terminal of a workflow over the API: lines go by POST, what they say comes by server-sent events. */
export class BenchTerminal {
  readonly #client: Client;
  readonly #path: string;
  readonly #seen: Seen[] = [];
  #changed = Promise.withResolvers<void>();
  #broken: unknown = null;

  /** The stream opens at once and lasts as long as the server: what it tells is asked for with the first line. */
  constructor(client: Client, workflowId: string) {
    this.#client = client;
    this.#path = `/api/workflows/${workflowId}/terminal`;
  }

  /** Opens the stream; not awaited before the first line, which must find everything cold. */
  listen(): this {
    this.#read().catch((error: unknown) => {
      this.#broken = error;
      this.#changed.resolve();
    });
    return this;
  }

  async run(line: string): Promise<Ran> {
    const began = performance.now();
    const { execId } = await this.start(line);
    return await this.until(execId, began);
  }

  start(line: string): Promise<TerminalAccepted> {
    return this.#client.post<TerminalAccepted>(this.#path, { line });
  }

  cancel(execId: string): Promise<unknown> {
    return this.#client.delete(`${this.#path}/${execId}`);
  }

  /** @throws Error when the stream broke */
  async until(execId: string, began: number): Promise<Ran> {
    for (;;) {
      const mine = this.#seen.filter(({ entry }) => entry.execId === execId);
      const outputs = mine.filter(({ entry }) => entry.kind === "output");
      const end = mine.at(-1);
      if (end?.entry.kind === "end")
        return {
          execId,
          begunMs: Math.max(0, timeOf(mine[0] ?? end) - performance.timeOrigin - began),
          ranMs: timeOf(end) - timeOf(mine[0] ?? end),
          firstMs: (outputs[0] ?? end).at - began,
          endMs: end.at - began,
          output: outputs.map(({ entry }) => (entry.kind === "output" ? entry.text : "")).join(""),
          outcome: end.entry.outcome,
          exitCode: end.entry.exitCode,
        };
      if (this.#broken !== null) throw this.#broken;
      await this.#changed.promise;
    }
  }

  async #read(): Promise<void> {
    for await (const { data } of this.#client.sse("GET", `${this.#path}/stream?since=0`)) {
      // SAFETY: the server's own line type.
      this.#seen.push({ entry: JSON.parse(data) as TranscriptEntry, at: performance.now() });
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    throw new Error("the terminal's stream ended");
  }
}

/** Milliseconds UTC. */
const timeOf = ({ entry }: Seen): number => Date.parse(entry.at);
