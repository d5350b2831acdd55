import ReconnectingWebSocket from "partysocket/ws";
import { PROTOCOL_VERSION, SIGNED_OUT } from "../../../shared/protocol/workflow-socket.ts";
import { queryClient } from "../api/client.ts";
import { keys } from "../api/keys.ts";
import { reloadOnce } from "./reload-once.ts";

export type Connection = "connecting" | "live" | "reconnecting" | "offline";

interface Options {
  /** Path with query, asked again for each attempt: `?since=` moves on. */
  readonly path: () => string;
  readonly onFrame: (frame: unknown) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly onOpen?: () => void;
}

/** A page that was hidden this long may hold a socket that died without a word. */
const STALE_AFTER_MS = 20_000;
const PING_EVERY_MS = 25_000;

/** A socket that reconnects with growing pauses, at once when the network or the page comes back. */
export function openSocket(options: Options): () => void {
  const url = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${options.path()}`;
  const socket = new ReconnectingWebSocket(url, undefined, {
    minReconnectionDelay: 400 + Math.random() * 400,
    maxReconnectionDelay: 15_000,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 8_000,
    maxEnqueuedMessages: 0,
  });
  let hiddenAt = 0;
  const report = () => {
    if (!navigator.onLine) options.onConnection("offline");
    else if (socket.readyState === socket.OPEN) options.onConnection("live");
    else options.onConnection(socket.retryCount > 0 ? "reconnecting" : "connecting");
  };
  socket.addEventListener("open", () => {
    options.onOpen?.();
    report();
  });
  socket.addEventListener("close", ({ code }) => {
    options.onConnection(navigator.onLine ? "reconnecting" : "offline");
    // Nobody is signed in any more: the page gives way to sign-in. With a new session it connects again.
    if (code === SIGNED_OUT) void queryClient.invalidateQueries({ queryKey: keys.me });
  });
  socket.addEventListener("message", (event) => {
    if (typeof event.data !== "string") return;
    let frame: unknown;
    try {
      frame = JSON.parse(event.data);
    } catch {
      return;
    }
    // A server of another release speaks otherwise; the page of that release understands it.
    if (isHello(frame) && frame.protocol !== PROTOCOL_VERSION) reloadOnce();
    options.onFrame(frame);
  });
  const wake = () => {
    report();
    if (navigator.onLine) socket.reconnect();
  };
  const look = () => {
    if (document.visibilityState === "hidden") hiddenAt = Date.now();
    else if (hiddenAt && Date.now() - hiddenAt > STALE_AFTER_MS) wake();
  };
  const ping = setInterval(() => {
    if (socket.readyState === socket.OPEN) socket.send('{"type":"ping"}');
  }, PING_EVERY_MS);
  addEventListener("online", wake);
  addEventListener("offline", report);
  document.addEventListener("visibilitychange", look);
  report();
  return () => {
    clearInterval(ping);
    removeEventListener("online", wake);
    removeEventListener("offline", report);
    document.removeEventListener("visibilitychange", look);
    socket.close();
  };
}

const isHello = (value: unknown): value is { type: "hello"; protocol: number } =>
  isFrame(value) && value.type === "hello" && "protocol" in value;

/** A frame is an object with a `type`; anything else is not ours. */
export function isFrame(value: unknown): value is { type: string } {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
