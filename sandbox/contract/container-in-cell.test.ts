import { spawnSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import type { BoxPort } from "../container/box-port.ts";
import { ContainerSandbox } from "../container/container-sandbox.ts";
import { Cell, cellsHere } from "../container/testing/cell.ts";
import { sandboxContract } from "./sandbox-contract.ts";

const here = cellsHere();
/** Two, taken in turns: no test needs more at once. That a real `destroy` ends it is shown beside the adapter. */
const cells = [new Cell(), new Cell()];
let next = 0;

class Cleared implements BoxPort {
  readonly #cell: Cell;

  constructor(cell: Cell) {
    this.#cell = cell;
  }

  send(path: string, init?: RequestInit): Promise<Response> {
    return this.#cell.send(path, init);
  }

  allow(hosts: readonly string[]): Promise<void> {
    return this.#cell.allow(hosts);
  }

  async destroy(): Promise<void> {
    await (await this.#cell.send("/clear", { method: "POST" })).body?.cancel();
  }
}

if (here === true) {
  const python = spawnSync("/usr/bin/python3", ["--version"]).status === 0;
  sandboxContract("container (the image's box in namespaces of this machine)", {
    make: async () => {
      next += 1;
      return new ContainerSandbox(new Cleared(cells[next % 2] ?? new Cell()));
    },
    languages: ["javascript", "typescript", ...(python ? (["python"] as const) : [])],
    shortMs: 700,
  });
  afterAll(async () => {
    await Promise.all(cells.map((cell) => cell.close()));
  });
} else {
  it(`the contract did not run against the container adapter in namespaces: ${here}`, () => {
    expect(cellsHere()).toBe(here);
  });
}
