/**
 * The box: runs the commands of the one workspace that this container is for, one after another. It listens where only
 * the container's Durable Object can reach it from outside; a command inside can reach it too and gains nothing by it,
 * as it runs with the same user in the same files.
 */
import { mkdirSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline, Readable } from "node:stream";
import { bundle, unbundle } from "./bundle.ts";
import { answerFiles, readAt, writeAt } from "./files.ts";
import type { Places } from "./launch.ts";
import { run } from "./run.ts";
import { empty } from "./tree.ts";
import { BOX_PORT, type BoxEnd, type BoxExec, type BoxFileRequest, type BoxOutput } from "./wire.ts";

const BODY_BYTES = 256 * 1024 * 1024;

const places: Places = { workspace: "/workspace", scratch: "/tmp", own: process.env.BOX_OWN ?? "/var/lib/nexus" };
mkdirSync(places.own, { recursive: true });

const running = new Map<string, AbortController>();
/** One command or change of files at a time. */
let turn: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const mine = turn.then(work, work);
  turn = mine.catch(() => undefined);
  return mine;
};

async function body(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES) throw new Error("The body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const json = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
};

async function exec(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked: BoxExec = JSON.parse((await body(request)).toString("utf8"));
  const controller = new AbortController();
  running.set(asked.id, controller);
  // Whoever asked is gone: nobody would take the result.
  response.on("close", () => controller.abort());
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.flushHeaders();
  const send = (line: BoxOutput | BoxEnd): Promise<void> | undefined => {
    if (response.write(`${JSON.stringify(line)}\n`) || response.destroyed) return undefined;
    return new Promise((resolve) => {
      response.once("drain", resolve);
      response.once("close", resolve);
      controller.signal.addEventListener("abort", () => resolve());
    });
  };
  try {
    const end = await inTurn(() =>
      run(asked, places, (bytes) => send({ out: bytes.toString("base64") }), controller.signal),
    );
    void send({ end });
  } finally {
    running.delete(asked.id);
    response.end();
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://box");
  // The SDK hands on the whole path by which it knew the port.
  const path = url.pathname.replace(/^\/proxy\/\d+/, "");
  const file = url.searchParams.get("path") ?? "";
  switch (`${request.method} ${path}`) {
    case "GET /health":
      return json(response, { ok: true, node: process.version });
    case "POST /exec":
      return exec(request, response);
    case "POST /cancel":
      running.get(url.searchParams.get("id") ?? "")?.abort();
      return json(response, { ok: true });
    case "POST /files": {
      const asked: BoxFileRequest = JSON.parse((await body(request)).toString("utf8"));
      return json(response, await inTurn(async () => answerFiles(places.workspace, asked)));
    }
    case "GET /file": {
      const read = await inTurn(async () => readAt(places.workspace, file));
      if (typeof read === "string") return json(response, { ok: false, problem: read }, 404);
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": read.length });
      response.end(read);
      return;
    }
    case "PUT /file": {
      const bytes = await body(request);
      return json(response, await inTurn(async () => writeAt(places.workspace, file, bytes)));
    }
    case "GET /snapshot":
    case "POST /bundle": {
      const text = (await body(request)).toString("utf8");
      const paths: string[] | null = path === "/bundle" ? JSON.parse(text) : null;
      return inTurn(
        () =>
          new Promise((resolve) => {
            response.writeHead(200, { "content-type": "application/octet-stream" });
            pipeline(Readable.from(bundle(places.workspace, paths)), response, () => resolve());
          }),
      );
    }
    case "POST /restore": {
      const bytes = await body(request);
      await inTurn(async () => unbundle(places.workspace, bytes));
      return json(response, { ok: true });
    }
    case "POST /clear":
      for (const controller of running.values()) controller.abort();
      await inTurn(async () => {
        for (const folder of [places.workspace, places.scratch]) empty(folder);
      });
      return json(response, { ok: true });
    default:
      return json(response, { ok: false }, 404);
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => {
    // The client is told that it failed and nothing of how: the adapter says "unavailable".
    if (!response.headersSent) response.writeHead(500);
    response.destroy();
  });
});
server.requestTimeout = 0;
const socket = process.env.BOX_SOCKET;
if (socket === undefined) server.listen(BOX_PORT, "0.0.0.0");
else server.listen(socket);
