import { err, ok, type Result } from "../../shared/lib/result.ts";
import type { Orchestrator } from "./port.ts";

export interface Framework {
  readonly name: string;
  readonly version: string;
}

/** Which frameworks new workflows are started with, and for how many in a hundred. */
export interface Rollout {
  readonly shares: readonly { readonly framework: Framework; readonly percent: number }[];
}

const ENTRY = /^([a-z][a-z0-9-]*)(?:@([0-9][0-9a-z.-]*))?:(\d{1,3})$/;

/**
 * Reads "bmad:90,lean:10", or with versions "lean@1.0.0:100". Without a version the first one carried under that name
 * is meant. The shares must come to 100. The error says in words what is wrong, and holds nothing of the text itself
 * but names.
 */
export function readRollout(text: string, carried: readonly Orchestrator[]): Result<Rollout, string> {
  const shares: { framework: Framework; percent: number }[] = [];
  for (const part of text.split(",")) {
    const [, name, version, percent] = ENTRY.exec(part.trim()) ?? [];
    if (name === undefined) return err('it must read like "bmad:90,lean:10"');
    const found = carried.find((one) => one.name === name && (version === undefined || one.version === version));
    if (!found) return err(`there is no ${name}${version === undefined ? "" : ` ${version}`} here`);
    shares.push({ framework: { name, version: found.version }, percent: Number(percent) });
  }
  const sum = shares.reduce((total, share) => total + share.percent, 0);
  return sum === 100 ? ok({ shares }) : err(`its shares come to ${sum} and not to 100`);
}

/**
 * The framework of a new workflow: the same for the same id, however often it is asked. Raising a share moves only
 * ids from its neighbour in the list.
 */
export function frameworkOf(rollout: Rollout, workflowId: string): Framework | null {
  let left = percentOf(workflowId);
  for (const { framework, percent } of rollout.shares) {
    if (left < percent) return framework;
    left -= percent;
  }
  return null;
}

/** From 0 up to 100, in hundredths, spread evenly over ids (FNV-1a, its upper bits folded in). */
function percentOf(workflowId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < workflowId.length; index++)
    hash = Math.imul(hash ^ workflowId.charCodeAt(index), 0x01000193);
  const folded = ((hash >>> 16) ^ hash) & 0xffff;
  return ((folded * 10_000) >>> 16) / 100;
}

/**
 * Chooses for new workflows by the operator's text. Bad text is told to `report` once, and the default is taken for
 * all: a slip in a setting must not keep anybody from working.
 */
export class Chooser {
  readonly #carried: readonly Orchestrator[];
  readonly #fallback: Framework;
  readonly #report: (problem: string) => void;
  #text: string | null = null;
  #rollout: Rollout = { shares: [] };

  constructor(carried: readonly Orchestrator[], fallback: Framework, report: (problem: string) => void) {
    this.#carried = carried;
    this.#fallback = fallback;
    this.#report = report;
  }

  choose(text: string | undefined, workflowId: string): Framework {
    const wanted = text?.trim() ?? "";
    if (wanted !== this.#text) this.#read(wanted);
    return frameworkOf(this.#rollout, workflowId) ?? this.#fallback;
  }

  #read(text: string): void {
    this.#text = text;
    this.#rollout = { shares: [] };
    if (text === "") return;
    const read = readRollout(text, this.#carried);
    if (read.ok) this.#rollout = read.value;
    else this.#report(read.error);
  }
}
