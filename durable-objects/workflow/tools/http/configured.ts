import type { OutsideTool, ServiceInfo } from "../../effects/port.ts";
import type { HttpPort } from "./exchange.ts";
import { infoOf, parseServices } from "./services.ts";
import { createHttpTool } from "./tool.ts";

interface HttpOutside {
  readonly services: readonly ServiceInfo[];
  readonly tools: readonly OutsideTool[];
}

const PORT: HttpPort = {
  fetch: (address, init) => fetch(address, init),
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const stop = () => {
        clearTimeout(timer);
        resolve();
      };
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
    }),
};

let known: { readonly text: string; readonly outside: HttpOutside } | null = null;

/**
 * The services of HTTP_SERVICES and the tool that reaches them; read once per isolate, so that objects in it share
 * what services asked to wait. What cannot be read is logged in sentences without values, and left out.
 */
export function httpOutside(text: string | undefined): HttpOutside {
  if (known?.text === (text ?? "")) return known.outside;
  const { services, problems } = parseServices(text);
  for (const problem of problems) console.error(JSON.stringify({ level: "warn", what: "settings", error: problem }));
  const tools = services.length > 0 ? [createHttpTool(services, PORT)] : [];
  const outside = { services: services.map(infoOf), tools };
  known = { text: text ?? "", outside };
  return outside;
}
