import type { TerminalAccepted } from "../../shared/api/terminal.ts";
import type { ExecOutcome, TranscriptEntry } from "../../shared/protocol/sandbox-rpc.ts";
import { Client, type SseEvent } from "../harness/client.ts";
import type { Attack } from "./hostile-attack.ts";
import { newPlace, type Place, resultTexts, runToEnd, upload, view, within } from "./journey.ts";

/** Longest a line may take, its turn behind others included, milliseconds. */
const LATE_MS = 100_000;
/** A person may send so many lines a minute that some have to take turns. */
const PEOPLE = 4;

export interface Ended {
  readonly outcome: ExecOutcome;
  readonly exitCode: number | null;
  readonly text: string;
  readonly ms: number;
}

/** What `files` said before anything was attacked. */
interface Fingerprint {
  readonly contents: string;
  readonly names: string;
}

/** The terminal of a finished workflow, and the collaborators who abuse it. */
export class HostileTerminal {
  readonly place: Place;
  readonly workflowId: string;
  /** Everything any line printed. */
  readonly said: string[] = [];
  readonly #people: readonly Client[];
  readonly #lines: AsyncGenerator<SseEvent>;
  readonly #results: readonly string[];
  #sent = 0;
  #before: Fingerprint | null = null;

  private constructor(place: Place, workflowId: string, people: readonly Client[], results: readonly string[]) {
    this.place = place;
    this.workflowId = workflowId;
    this.#people = people;
    this.#results = results;
    this.#lines = place.client.sse("GET", `/api/workflows/${workflowId}/terminal/stream?since=0`);
  }

  /** A project of its own, with `secret` in its file and in its results. */
  static async open(baseUrl: string, secret: string): Promise<HostileTerminal> {
    const place = await newPlace(baseUrl, secret);
    const { client, projectId } = place;
    const csv = `Client,Amount\n${secret},10.500\nNoor,20.250\n${secret},1.125\n`;
    const file = await upload(place, "keep.csv", csv);
    const made = await client.post<{ id: string }>(`/api/projects/${projectId}/workflows`, {
      message: "Total amount by client",
      fileIds: [file.id],
    });
    await runToEnd(client, made.id);
    const people = [client];
    while (people.length < PEOPLE) {
      const one = new Client(baseUrl);
      const { email } = await one.signUp();
      await client.post(`/api/projects/${projectId}/members`, { email, role: "collaborator" });
      people.push(one);
    }
    const results = [...(await resultTexts(client, await view(client, made.id))).keys()];
    const terminal = new HostileTerminal(place, made.id, people, results);
    terminal.#before = await terminal.#look();
    return terminal;
  }

  /** Runs a line to its end. `stopped`: a person ends it as soon as it says "started". */
  async run(line: string, stopped = false): Promise<Ended> {
    const began = Date.now();
    const client = this.#people[this.#sent++ % PEOPLE] ?? this.place.client;
    const path = `/api/workflows/${this.workflowId}/terminal`;
    const { execId } = await client.post<TerminalAccepted>(path, { line });
    let text = "";
    let isStopped = !stopped;
    for (;;) {
      const next = await within(this.#lines.next(), began + LATE_MS, () => `${line}\nsaid ${text.slice(-500)}`);
      if (next.done) throw new Error("the terminal's stream ended");
      // SAFETY: the server's own line type.
      const entry = JSON.parse(next.value.data) as TranscriptEntry;
      if (entry.execId !== execId) continue;
      if (entry.kind === "output") text += entry.text;
      if (!isStopped && text.includes("started")) {
        isStopped = true;
        await client.delete(`${path}/${execId}`);
      }
      if (entry.kind !== "end") continue;
      this.said.push(text);
      return { outcome: entry.outcome, exitCode: entry.exitCode, text, ms: Date.now() - began };
    }
  }

  /** Attacks, looks at the files with the next command, and clears up. What is wrong, in words; empty: nothing. */
  async attack({ line, before, ends, shows = [], hides = [], stopped }: Attack): Promise<string[]> {
    if (before !== undefined) await this.run(before);
    const prepared = before === undefined ? this.#before : await this.#look();
    const ended = await this.run(line, stopped);
    const wrong: string[] = [];
    const claim = (holds: boolean, what: string) => {
      if (!holds) wrong.push(what);
    };
    claim(ends.includes(ended.outcome), `it ended by ${ended.outcome}`);
    for (const one of shows) claim(one.test(ended.text), `it did not say ${one}`);
    for (const one of hides) claim(!one.test(ended.text), `it said ${one}`);
    claim(ended.text.isWellFormed(), "its output is no text");
    const isEnded = ended.outcome !== "exited";
    if (isEnded) claim(/(?:^|\n)[A-Z][^\n]*[.?]\n$/.test(ended.text), "no sentence says how it ended");
    const after = await this.#look();
    claim(after.contents === this.#before?.contents, "files that were there are others now");
    if (isEnded) claim(after.names === prepared?.names, "an ended command left something behind");
    if (after.names !== this.#before?.names) await this.#clear();
    if (wrong.length > 0) wrong.push(`${ended.ms} ms: ${ended.text.slice(0, 300)} … ${ended.text.slice(-300)}`);
    return wrong;
  }

  async close(): Promise<void> {
    // Not awaited: a pending read would hold it.
    void this.#lines.return(undefined);
  }

  get #kept(): readonly string[] {
    return ["keep.csv", ...this.#results];
  }

  async #look(): Promise<Fingerprint> {
    const files = this.#kept.map((name) => `'${name}'`).join(" ");
    const { outcome, exitCode, text } = await this.run(`sha256sum ${files}; echo; ls -A | sha256sum`);
    if (outcome !== "exited" || exitCode !== 0) throw new Error(`the next command failed: ${outcome} ${text}`);
    const [contents = "", names = ""] = text.split("\n\n");
    return { contents, names };
  }

  async #clear(): Promise<void> {
    const kept = JSON.stringify(this.#kept).replaceAll("'", "");
    const code = `const fs = require("fs"); for (const name of fs.readdirSync(".")) if (!${kept}.includes(name)) fs.rmSync(name, { recursive: true, force: true })`;
    await this.run(`node -e '${code}'`);
    const left = await this.#look();
    if (left.names !== this.#before?.names) throw new Error(`files stay: ${(await this.run("ls -A")).text}`);
  }
}
