import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { TranscriptEntry } from "../../shared/protocol/sandbox-rpc.ts";
import { unfenceJson } from "../../shared/text/fence.ts";
import type { Block } from "../../shared/workflow/content.ts";
import type { Brain } from "../fakes/brain.ts";
import type { Client } from "../harness/client.ts";
import { within } from "./journey.ts";

/** The host a person is asked to open, and one nobody opens; the operator leads both to {@link startHosts}. */
export const OPEN = "data.example.com";
export const CLOSED = "other.example.com";
export const RATES = "currency,rate\nUSD,0.307\nEUR,0.334\n";
const SECRET = "the inner secret";

export interface Hosts {
  /** For EGRESS_HOSTS. */
  readonly aliases: string;
  /** Everything that arrived, as `GET /data/rates.csv`. */
  readonly arrived: readonly { readonly line: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

/** Two public hosts, on this machine. */
export async function startHosts(): Promise<Hosts> {
  const arrived: { line: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ method, url = "", headers }, response) => {
    arrived.push({ line: `${method} ${url}`, headers });
    const { port } = server.address() as AddressInfo;
    const moved: Readonly<Record<string, string>> = {
      "/data/elsewhere": `https://${CLOSED}/secret`,
      "/data/metadata": "http://169.254.169.254/latest/meta-data/",
      "/data/inside": `http://127.0.0.1:${port}/other/secret`,
      "/data/same": "/rates.csv",
    };
    const location = moved[url];
    if (location !== undefined) response.writeHead(302, { location }).end();
    else if (url === "/data/rates.csv") response.writeHead(200, { "content-type": "text/csv" }).end(RATES);
    else response.writeHead(200, { "content-type": "text/plain" }).end(SECRET);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  return {
    aliases: JSON.stringify({ [OPEN]: `${base}/data`, [CLOSED]: `${base}/other` }),
    arrived,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const use = (id: string, name: string, input: Record<string, unknown>): Block => ({
  type: "tool_use",
  id,
  name,
  input,
});
const run = (id: string, command: string): Block => use(id, "run_command", { command, purpose: "Fetch" });
const ask = use("ask", "allow_host", { host: OPEN, reason: "Today's rates" });
const FETCH = `curl -sS https://${OPEN}/rates.csv -o rates.csv && cat rates.csv`;

/** What the step that fetches does, answer by answer, by the mark in the request; then it finishes. */
const SCRIPTS: Readonly<Record<string, readonly (readonly Block[])[]>> = {
  "[#fetch]": [
    [run("early", FETCH)],
    [ask],
    [
      run("closed", `curl -sS https://${CLOSED}/secret`),
      run("elsewhere", `curl -sSL https://${OPEN}/elsewhere`),
      run("metadata", `curl -sSL https://${OPEN}/metadata`),
      run("inside", `curl -sSL https://${OPEN}/inside`),
      run("number", "curl -sS https://2130706433/"),
      run("port", `curl -sS https://${OPEN}:8443/rates.csv`),
      run(
        "node",
        `node -e 'fetch("https://${OPEN}/rates.csv").then(console.log, (error) => { console.log(error.cause.message); process.exit(1); })'`,
      ),
    ],
    [run("same", `curl -sSL https://${OPEN}/same`), run("fetched", FETCH)],
  ],
  "[#without]": [[run("without", FETCH)], [run("own", "echo none | tee note.txt")]],
  "[#declined]": [[ask], [run("declined", FETCH)], [run("own", "echo none | tee note.txt")]],
  "[#rehearsed]": [[ask], [run("rehearsed", FETCH)], [run("own", "echo none | tee note.txt")]],
};

const PLAN = {
  title: "Fetch the rates",
  summary: "Fetches the rates of today.",
  limits: [],
  steps: [
    { id: "fetch", type: "task", agent: "dev", stage: "building", dependsOn: [], touches: ["internet"] },
    { id: "check", type: "task", agent: "reviewer", stage: "reviewing", dependsOn: ["fetch"], touches: [] },
  ].map((step) => ({
    ...step,
    label: `Step ${step.id}`,
    instructions: `Do ${step.id}`,
    tier: "fast",
    optional: false,
    proof: "none",
  })),
};

const Work = z.array(z.object({ nodeId: z.string() }));

/** A model that plans one step with the internet and does what the request's mark says. */
export const fetchingBrain: Brain = ({ operation, messages }) => {
  const prompt = messages
    .flatMap((message) => message.content)
    .flatMap((block) => (block.type === "text" ? [block.text] : []))
    .join("\n");
  const turn = messages.filter((message) => message.role === "assistant").length;
  if (operation === "planning") return [use("plan", "propose_plan", PLAN)];
  if (operation === "reviewing") {
    if (turn === 0) return [use("look", "list_files", {})];
    const verdicts = Work.parse(unfenceJson("work", prompt)).map(({ nodeId }) => ({
      nodeId,
      accepted: true,
      reasons: "It is there.",
      checks: [{ label: "Looked", passed: true, detail: "Found" }],
    }));
    return [use("verdict", "verdict", { verdicts, summary: "It is fetched." })];
  }
  const script = SCRIPTS[/\[#[a-z]+\]/.exec(prompt)?.[0] ?? ""] ?? [];
  const evidence = [{ type: "run", toolUseId: "last", label: "Fetched" }];
  return script[turn] ?? [use("finish", "finish", { summary: "Done as asked.", evidence })];
};

/** Runs a line in a workflow's terminal as its person; gives what it said when it is over. */
export async function typed(client: Client, workflowId: string, line: string): Promise<string> {
  const { execId } = await client.post<{ execId: string }>(`/api/workflows/${workflowId}/terminal`, { line });
  const lines = client.sse("GET", `/api/workflows/${workflowId}/terminal/stream?since=0`);
  const deadline = Date.now() + 20_000;
  let output = "";
  try {
    for (;;) {
      const next = await within(lines.next(), deadline, () => `the line said: ${output}`);
      if (next.done) throw new Error(`The terminal ended by itself: ${output}`);
      // SAFETY: the server's own entry.
      const entry = JSON.parse(next.value.data) as TranscriptEntry;
      if (entry.execId !== execId) continue;
      if (entry.kind === "output") output += entry.text;
      if (entry.kind === "end") return output;
    }
  } finally {
    // Not awaited: a pending read would hold it.
    void lines.return(undefined);
  }
}
