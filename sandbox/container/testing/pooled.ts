import type { BoxPort } from "../box-port.ts";
import { ContainerSandbox } from "../container-sandbox.ts";

/** A box that is emptied where it would be ended: starting one for every test of a suite would take most of its time. */
class Kept implements BoxPort {
  readonly #box: BoxPort;

  constructor(box: BoxPort) {
    this.#box = box;
  }

  send(path: string, init?: RequestInit): Promise<Response> {
    return this.#box.send(path, init);
  }

  allow(hosts: readonly string[]): Promise<void> {
    return this.#box.allow(hosts);
  }

  async destroy(): Promise<void> {
    const response = await this.#box.send("/clear", { method: "POST" });
    await response.body?.cancel();
  }
}

/** Sandboxes over two boxes, taken in turns: no test of the contract needs more at once. */
export function pooled(boxes: readonly [BoxPort, BoxPort]): () => Promise<ContainerSandbox> {
  let next = 0;
  return async () => {
    next = 1 - next;
    return new ContainerSandbox(new Kept(boxes[next === 0 ? 0 : 1]));
  };
}
