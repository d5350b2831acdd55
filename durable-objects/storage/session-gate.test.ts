import { describe, expect, it } from "vitest";
import { SEEN_FOR_MS, SessionGate } from "./session-gate.ts";

function gate() {
  const world = { now: 0, asked: 0, live: true, broken: false, got: [] as string[] };
  const one = new SessionGate(
    async () => {
      world.asked++;
      if (world.broken) throw new Error("D1 is away");
      return world.live;
    },
    () => world.now,
  );
  const say = (word: string) => one.pass("s1", (live) => world.got.push(live ? word : `closed at ${word}`));
  return { world, one, say };
}

describe("NFR-S2.4: frames and ended sessions", () => {
  it("asks once a minute, and keeps the order of what waits for the answer", async () => {
    const { world, one, say } = gate();
    one.seen("s1");
    say("a");
    expect(world).toMatchObject({ asked: 0, got: ["a"] });
    world.now = SEEN_FOR_MS;
    say("b");
    one.seen("s1");
    say("c");
    expect(world.got).toEqual(["a"]);
    await expect.poll(() => world.got).toEqual(["a", "b", "c"]);
    say("d");
    expect(world).toMatchObject({ asked: 1, got: ["a", "b", "c", "d"] });
  });

  it("closes instead of sending once the session is gone, for every frame that waited", async () => {
    const { world, say } = gate();
    world.live = false;
    say("a");
    say("b");
    await expect.poll(() => world.got).toEqual(["closed at a", "closed at b"]);
    say("c");
    await expect.poll(() => world.got).toEqual(["closed at a", "closed at b", "closed at c"]);
  });

  it("lets pass what cannot be asked about, and asks again for the next frame", async () => {
    const { world, say } = gate();
    world.broken = true;
    say("a");
    await expect.poll(() => world.got).toEqual(["a"]);
    Object.assign(world, { broken: false, live: false });
    say("b");
    await expect.poll(() => world.got).toEqual(["a", "closed at b"]);
    expect(world.asked).toBe(2);
  });
});
