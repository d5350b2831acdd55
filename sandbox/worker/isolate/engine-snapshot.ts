import type { QuickJSContext } from "quickjs-emscripten-core";

/** What the engine's build starts with. */
export const INITIAL_BYTES = 16 * 1024 * 1024;
const PAGE_BYTES = 64 * 1024;
/** More than the engine's context takes. */
const CONTEXT_BYTES = 4096;
const MASK = (1n << 64n) - 1n;

type Pages = readonly (readonly [offset: number, page: Uint8Array])[];

/** Where an engine's runtime and context lie in its memory. */
export interface EnginePlaces {
  readonly runtime: number;
  readonly context: number;
}

/**
 * All of an engine's memory after the host's own library was read, so that other engines begin with it: reading the
 * library is most of what a start costs. Sound because everything the engine's build knows is in its memory (its one
 * mutable global is the stack pointer, which is back where it began; see engine-snapshot.test.ts), and because it is
 * taken before anything of a guest, or any function of the host, is there. Of what differs between runs only the state
 * of Math.random is in it: every engine gets its own.
 */
export class EngineSnapshot {
  readonly places: EnginePlaces;
  /** By offset. Those left out hold zeros, as they do in a new engine. */
  readonly #pages: Pages;
  readonly #random: number;

  private constructor(places: EnginePlaces, pages: Pages, random: number) {
    this.places = places;
    this.#pages = pages;
    this.#random = random;
  }

  /**
   * Null: engines are to begin from nothing, because it cannot be proved where the state of Math.random is, or because
   * the library needs more than a new engine has.
   */
  static take(vm: QuickJSContext, places: EnginePlaces, memory: () => Uint8Array): EngineSnapshot | null {
    const random = placeOfRandom(vm, places.context, memory);
    const all = memory();
    if (random === null || all.length !== INITIAL_BYTES) return null;
    const pages: [number, Uint8Array][] = [];
    for (let offset = 0; offset < all.length; offset += PAGE_BYTES) {
      const page = all.subarray(offset, offset + PAGE_BYTES);
      if (page.some((byte) => byte !== 0)) pages.push([offset, page.slice()]);
    }
    return new EngineSnapshot(places, pages, random);
  }

  /** For a new engine nothing was done with yet. */
  restore(memory: Uint8Array): void {
    for (const [offset, page] of this.#pages) memory.set(page, offset);
    const seed = new DataView(memory.buffer, this.#random, 8);
    crypto.getRandomValues(new Uint8Array(memory.buffer, this.#random, 8));
    // A state of zero would stay zero.
    if (seed.getBigUint64(0, true) === 0n) seed.setBigUint64(0, 1n, true);
  }
}

/** The one place in the context that a call of Math.random changes as xorshift64* does (quickjs.c), to what was given. */
function placeOfRandom(vm: QuickJSContext, context: number, memory: () => Uint8Array): number | null {
  const before = memory().slice(context, context + CONTEXT_BYTES);
  const drawn = vm.unwrapResult(vm.evalCode("Math.random()", "nexus.js", { type: "global" }));
  const value = vm.getNumber(drawn);
  drawn.dispose();
  const [was, is] = [new DataView(before.buffer), new DataView(memory().buffer, context, CONTEXT_BYTES)];
  const found: number[] = [];
  for (let offset = 0; offset < CONTEXT_BYTES; offset += 8) {
    const state = is.getBigUint64(offset, true);
    if (state === 0n || state !== next(was.getBigUint64(offset, true))) continue;
    if (numberOf(state) === value) found.push(context + offset);
  }
  const [place] = found;
  return place === undefined || found.length > 1 ? null : place;
}

function next(state: bigint): bigint {
  let x = state ^ (state >> 12n);
  x = (x ^ (x << 25n)) & MASK;
  return x ^ (x >> 27n);
}

const numberOf = (state: bigint): number => Number(((state * 0x2545f4914f6cdd1dn) & MASK) >> 12n) / 2 ** 52;
