import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Bill, type BillEntry } from "./bill.ts";
import type { Brain } from "./brain.ts";
import { type Fault, FaultQueue, parseFaults } from "./faults.ts";

export interface Delays {
  /** Before the headers, milliseconds. */
  readonly firstByteMs: number;
  /** Between two frames of a stream, milliseconds. */
  readonly betweenMs: number;
}

export interface FakeOptions {
  readonly brain: Brain;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** As on the command line, see {@link Fault}. */
  readonly faults?: readonly string[];
  readonly delays?: Partial<Delays>;
  /** Keys that are accepted; none given: every key but an empty one. */
  readonly keys?: readonly string[];
  /** Reasoning before every answer, as models do that always think. */
  readonly thinking?: boolean;
  readonly now?: () => number;
}

/** A request as it came: parsed body and headers, the key masked. */
export interface Seen {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface FakeServer {
  readonly url: string;
  readonly faults: FaultQueue;
  readonly bill: Bill;
  readonly requests: readonly Seen[];
  close(): Promise<void>;
}

/** What a provider's own part does with one model request. */
export interface Exchange {
  readonly body: unknown;
  readonly headers: IncomingMessage["headers"];
  readonly fault: Fault;
  readonly response: ServerResponse;
  readonly state: FakeState;
}

export interface FakeState {
  readonly options: FakeOptions;
  readonly bill: Bill;
  readonly now: () => number;
  delays: Delays;
  /** Ids like the provider's, unique in this process. */
  readonly newId: (prefix: string) => string;
}

const FaultList = z.union([
  z.array(z.string()),
  z.object({ faults: z.array(z.string()) }).transform((it) => it.faults),
]);
const DelayChange = z.object({ firstByteMs: z.number().min(0), betweenMs: z.number().min(0) }).partial();

/** Starts a fake provider: `path` is its one model endpoint, beside the `/__…` ones that tests use. */
export async function startFake(
  options: FakeOptions,
  path: string,
  answer: (exchange: Exchange) => Promise<void>,
): Promise<FakeServer> {
  const now = options.now ?? Date.now;
  const bill = new Bill(now);
  const faults = new FaultQueue((options.faults ?? []).flatMap(parseFaults));
  const requests: Seen[] = [];
  let ids = 0;
  const state: FakeState = {
    options,
    bill,
    now,
    delays: { firstByteMs: 0, betweenMs: 0, ...options.delays },
    newId: (prefix) => {
      ids += 1;
      return `${prefix}${ids.toString(36).padStart(6, "0")}${process.pid.toString(36)}`;
    },
  };

  const admin = async (request: IncomingMessage, response: ServerResponse, url: string): Promise<boolean> => {
    if (url === "/__bill") json(response, 200, { entries: bill.entries, totals: bill.totals() });
    else if (url === "/__requests") json(response, 200, requests);
    else if (url === "/__health") json(response, 200, { ok: true });
    else if (url === "/__delays") {
      const change = DelayChange.parse(JSON.parse(await bodyOf(request)));
      state.delays = {
        firstByteMs: change.firstByteMs ?? state.delays.firstByteMs,
        betweenMs: change.betweenMs ?? state.delays.betweenMs,
      };
      json(response, 200, state.delays);
    } else if (url === "/__faults") {
      if (request.method === "POST") faults.push(...FaultList.parse(JSON.parse(await bodyOf(request))));
      if (request.method === "DELETE") faults.clear();
      json(response, 200, { waiting: faults.waiting });
    } else return false;
    return true;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://fake").pathname;
    if (await admin(request, response, url)) return;
    if (url !== path || request.method !== "POST") {
      json(response, 404, { type: "error", error: { type: "not_found_error", message: `no route ${url}` } });
      return;
    }
    const text = await bodyOf(request);
    const body = readJson(text);
    requests.push({ path: url, headers: publicHeaders(request), body });
    const fault = faults.take();
    if (fault.kind === "reset") {
      await pause(fault.ms, response);
      request.socket.destroy();
      return;
    }
    if (fault.kind === "stall_headers" && !(await pause(fault.ms, response))) return;
    if (state.delays.firstByteMs > 0 && !(await pause(state.delays.firstByteMs, response))) return;
    await answer({ body, headers: request.headers, fault, response, state });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else json(response, 500, { type: "error", error: { type: "api_error", message: `fake: ${String(error)}` } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  // SAFETY: a server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host ?? "127.0.0.1"}:${port}`,
    faults,
    bill,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function publicHeaders(request: IncomingMessage): Record<string, string> {
  const shown = Object.entries(request.headers).filter(([name]) => name !== "x-api-key" && name !== "authorization");
  return Object.fromEntries(shown.map(([name, value]) => [name, String(value)]));
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Headers that go with a refusal: `retry-after`, or where a redirect points to (back to the admin page). */
export function refusalHeaders(fault: Fault): Record<string, string> {
  if (fault.kind !== "status") return {};
  if (fault.status < 400) return { location: "/__health" };
  return fault.retryAfter === null ? {} : { "retry-after": fault.retryAfter };
}

/** Waits; false when the client left meanwhile. */
async function pause(ms: number, response: ServerResponse): Promise<boolean> {
  if (ms === 0) return true;
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once("close", leave);
  await wait(ms, undefined, { signal: gone.signal }).catch(() => {});
  response.off("close", leave);
  return !gone.signal.aborted;
}

/**
 * Streams frames with the fault worked in, and settles the bill: all of `output` when the last frame left, else
 * the share that did. `errorFrame` is the provider's error object for `error_event`.
 */
export async function stream(
  exchange: Exchange,
  frames: readonly string[],
  errorFrame: (type: string) => string,
  entry: BillEntry,
): Promise<void> {
  const { response, fault, state } = exchange;
  const output = entry.usage.output;
  const middle = Math.max(1, Math.floor(frames.length / 2));
  const settle = (sent: number) => {
    entry.delivered = sent === frames.length;
    entry.usage = { ...entry.usage, output: Math.ceil((output * sent) / frames.length) };
    state.bill.price(entry);
  };
  settle(0);
  for (const [index, frame] of frames.entries()) {
    if (index === middle) {
      if (fault.kind === "cut") return void response.destroy();
      if (fault.kind === "end_early") return void response.end();
      if (fault.kind === "error_event") return void response.end(errorFrame(fault.type));
      if (fault.kind === "stall" && !(await pause(fault.ms, response))) return;
    }
    if (response.destroyed) return;
    await new Promise<void>((resolve) => response.write(frame, () => resolve()));
    settle(index + 1);
    if (state.delays.betweenMs > 0 && !(await pause(state.delays.betweenMs, response))) return;
  }
  response.end();
}
