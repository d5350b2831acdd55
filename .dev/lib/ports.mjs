import { connect, createServer } from "node:net";
import { Stop } from "./say.mjs";

/** The port from PORT, default 8787. @throws Stop when it is not a port. */
export function wantedPort(text = process.env.PORT) {
  if (text === undefined || text === "") return 8787;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Stop(`PORT must be a number from 1 to 65535, not "${text}".`);
  return port;
}

/** @throws Stop when someone else listens on the port, on either loopback address. */
export async function requireFreePort(port) {
  const problem = await listenProblem(port);
  if (problem === "EACCES")
    throw new Stop(`Port ${port} needs special rights. Choose one above 1023, for example: PORT=8787 npm start`);
  if (problem !== null || (await someoneAnswers(port))) {
    throw new Stop(
      `Port ${port} is in use by another program. Stop that program, or choose another port: PORT=${port === 65535 ? 8787 : port + 1} npm start`,
    );
  }
}

function listenProblem(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error.code ?? "unknown"));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** A program that listens on ::1 only would answer to "localhost" in our place. */
function someoneAnswers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "::1" });
    const done = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}

/**
 * Below where systems take the ports of outgoing connections from (Linux 32768, macOS 49152): a port that was free a
 * moment ago is not taken by a passing connection before it is listened on.
 */
const CALM = { from: 15_000, to: 32_000 };

/** A port that is free now, and most likely stays so. */
export async function freePort() {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = CALM.from + Math.floor(Math.random() * (CALM.to - CALM.from));
    if ((await listenProblem(port)) === null) return port;
  }
  throw new Stop("No free port was found between 15000 and 32000.");
}
