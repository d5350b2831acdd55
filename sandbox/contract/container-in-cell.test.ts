import { spawnSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { Cell, cellsHere } from "../container/testing/cell.ts";
import { pooled } from "../container/testing/pooled.ts";
import { sandboxContract } from "./sandbox-contract.ts";

const here = cellsHere();

if (here === true) {
  const cells = [new Cell(), new Cell()] as const;
  const python = spawnSync("/usr/bin/python3", ["--version"]).status === 0;
  sandboxContract("container (the image's box in namespaces of this machine)", {
    make: pooled(cells),
    languages: ["javascript", "typescript", ...(python ? (["python"] as const) : [])],
    shortMs: 700,
  });
  afterAll(async () => {
    await Promise.all(cells.map((cell) => cell.close()));
  });
} else {
  it(`the contract did NOT run against the container adapter in namespaces: ${here}`, () => {
    console.error(`The contract did not run against the container adapter in namespaces: ${here}.`);
    expect(cellsHere()).toBe(here);
  });
}
