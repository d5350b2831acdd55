import { afterAll, beforeAll, expect, it } from "vitest";
import { DockerBox, dockerHere, IMAGE } from "../container/testing/docker-box.ts";
import { pooled } from "../container/testing/pooled.ts";
import { sandboxContract } from "./sandbox-contract.ts";

const ENGINE_MS = 120_000;
const here = dockerHere();

if (here === true) {
  const boxes = [new DockerBox(), new DockerBox()] as const;
  // Starting and removing a container takes an engine seconds, on some storage many.
  beforeAll(async () => {
    await Promise.all(boxes.map(async (box) => (await box.send("/health")).body?.cancel()));
  }, ENGINE_MS);
  sandboxContract(`container (Docker, ${IMAGE})`, {
    make: pooled(boxes),
    languages: ["javascript", "typescript", "python"],
    shortMs: 1_000,
  });
  afterAll(async () => {
    await Promise.all(boxes.map((box) => box.destroy()));
  }, ENGINE_MS);
} else {
  it(`the contract did NOT run against the container image in Docker: ${here}`, () => {
    console.error(`The contract did not run against the container image in Docker: ${here}.`);
    expect(dockerHere()).toBe(here);
  });
}
