import { z } from "zod";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { EffectRecord } from "../../../shared/workflow/effects.ts";
import type { ArtifactRecord, Evidence } from "../../../shared/workflow/records.ts";
import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";
import { sourceOf } from "./approaches.ts";
import { pageEvidence, sawPage, testsEvidence } from "./proof.ts";

const MAX_EVIDENCE = 20;
const MAX_OUTPUT = 1_200;
const MIN_QUOTE = 3;

const label = z.string().trim().max(400).catch("");
const Claim = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), toolUseId: z.string().catch("last"), label }),
  z.object({ type: z.literal("artifact"), name: z.string(), label }),
  z.object({ type: z.literal("quote"), file: z.string(), text: z.string(), label }),
  z.object({ type: z.literal("receipt"), toolUseId: z.string().catch("last"), label }),
  z.object({ type: z.literal("tests"), toolUseId: z.string().catch("last"), label }),
  z.object({ type: z.literal("page"), toolUseId: z.string().catch("last"), label }),
]);
type Claim = z.infer<typeof Claim>;

export const Finish = z.object({
  summary: z.string().trim().min(1).max(8_000),
  evidence: z.array(Claim).min(1).max(MAX_EVIDENCE),
});
export type Finish = z.infer<typeof Finish>;

export interface Proof {
  readonly node: RunNode;
  readonly artifacts: readonly ArtifactRecord[];
  readonly effects: readonly EffectRecord[];
  /** The person's words, which a step may quote too. */
  readonly request: string;
}

/** Checks every claim against what the log says happened in this attempt; the first that does not hold is named. */
export function verifyEvidence(claims: readonly Claim[], proof: Proof): Result<Evidence[], string> {
  const verified: Evidence[] = [];
  for (const claim of claims) {
    const one = verify(claim, proof);
    if (!one.ok) return one;
    verified.push(one.value);
  }
  return ok(verified);
}

function verify(claim: Claim, proof: Proof): Result<Evidence, string> {
  switch (claim.type) {
    case "run":
      return verifyRun(claim, proof.node);
    case "artifact":
      return verifyArtifact(claim, proof);
    case "quote":
      return verifyQuote(claim, proof);
    case "receipt":
      return verifyReceipt(claim, proof);
    case "tests":
      return verifyTests(claim, proof.node);
    case "page":
      return verifyPage(claim, proof.node);
  }
}

const succeeded = (node: RunNode, ...names: string[]): ToolRun[] =>
  node.tools.filter((run) => run.result?.ok === true && names.includes(run.name));

/** Tools that run code or commands. */
const RUNNING_TOOLS = ["run_code", "run_command", "run_tests"] as const;

const named = (runs: readonly ToolRun[], id: string): ToolRun | undefined =>
  id === "last" ? runs.at(-1) : runs.findLast((one) => one.toolUseId === id);
const knownOf = (runs: readonly ToolRun[], which: string): string =>
  runs.length === 0 ? "There is none yet." : `${which}: ${runs.map((one) => one.toolUseId).join(", ")}.`;

function verifyTests(claim: Extract<Claim, { type: "tests" }>, node: RunNode): Result<Evidence, string> {
  const green = node.tools.filter((run) => testsEvidence(run, "") !== null);
  const run = named(green, claim.toolUseId);
  const found = run && testsEvidence(run, claim.label);
  return found
    ? ok(found)
    : err(`No run of tests "${claim.toolUseId}" passed in this attempt. ${knownOf(green, "Those that did")}`);
}

function verifyPage(claim: Extract<Claim, { type: "page" }>, node: RunNode): Result<Evidence, string> {
  const seen = node.tools.filter(sawPage);
  const run = named(seen, claim.toolUseId);
  const found = run && pageEvidence(run, claim.label);
  return found
    ? ok(found)
    : err(`No fetch_page "${claim.toolUseId}" found its page in this attempt. ${knownOf(seen, "Those that did")}`);
}

function verifyRun(claim: Extract<Claim, { type: "run" }>, node: RunNode): Result<Evidence, string> {
  const runs = succeeded(node, ...RUNNING_TOOLS);
  const run = named(runs, claim.toolUseId);
  if (!run?.result)
    return err(`No successful run "${claim.toolUseId}" of code in this attempt. ${knownOf(runs, "Successful ones")}`);
  const output = run.result.output.slice(0, MAX_OUTPUT);
  return ok({ type: "run", toolCallId: run.id, label: claim.label, output });
}

/** A write of this attempt that the ledger has as done (or rehearsed), or one the ledger answered for it. */
function verifyReceipt(claim: Extract<Claim, { type: "receipt" }>, proof: Proof): Result<Evidence, string> {
  const written = proof.node.tools.flatMap((run) => {
    const effect = run.result?.ok === true ? effectOf(run, run.result.output, proof.effects) : undefined;
    return effect ? [{ run, effect }] : [];
  });
  const found =
    claim.toolUseId === "last" ? written.at(-1) : written.findLast((one) => one.run.toolUseId === claim.toolUseId);
  if (!found) {
    const known = written.map((one) => one.run.toolUseId).join(", ");
    return err(
      `No outside write "${claim.toolUseId}" was carried out in this attempt. ${known === "" ? "There is none yet." : `Carried out: ${known}.`}`,
    );
  }
  const { effectId, receipt, status } = found.effect;
  const { reference = null, link = null } = receipt ?? {};
  return ok({ type: "receipt", effectId, label: claim.label, reference, link, rehearsed: status === "recorded" });
}

/** An answer out of the ledger names the effect it stands for. */
function effectOf(run: ToolRun, output: string, effects: readonly EffectRecord[]): EffectRecord | undefined {
  return effects.find(
    (one) =>
      (one.status === "done" || one.status === "recorded") &&
      (one.toolCallId === run.id || output.includes(one.effectId)),
  );
}

function verifyArtifact(claim: Extract<Claim, { type: "artifact" }>, proof: Proof): Result<Evidence, string> {
  const own = proof.artifacts.filter((one) => one.nodeId === proof.node.id && one.role !== "log");
  const artifact = own.findLast((one) => sameFile(one.name, claim.name));
  if (!artifact) {
    const names = own.map((one) => one.name).join(", ");
    return err(
      `This step has not made a file "${claim.name}". ${names === "" ? "It has made none." : `It made: ${names}.`}`,
    );
  }
  // A file left over from an attempt that was sent back proves nothing about this one.
  const written = succeeded(proof.node, "write_file", "patch_file").some((run) => sameFile(run.input.path, claim.name));
  if (!written && succeeded(proof.node, ...RUNNING_TOOLS).length === 0)
    return err(`"${claim.name}" is from an earlier attempt. Write it again in this one.`);
  return ok({ type: "artifact", artifactId: artifact.id, label: claim.label });
}

/** Models like to put "./" or "/" in front; the host takes it off. */
const plainName = (path: string): string =>
  path
    .normalize("NFC")
    .trim()
    .replace(/^(?:\.?\/)+/u, "");
const sameFile = (path: unknown, name: string): boolean =>
  typeof path === "string" && plainName(path) === plainName(name);

const loose = (text: string): string => text.normalize("NFC").replaceAll(/\s+/g, " ").trim();

function verifyQuote(claim: Extract<Claim, { type: "quote" }>, proof: Proof): Result<Evidence, string> {
  const quoted = loose(claim.text);
  if (quoted.length < MIN_QUOTE) return err(`The quote "${claim.text}" is too short to prove anything.`);
  const found: Evidence = {
    type: "quote",
    label: claim.label,
    source: claim.file,
    text: claim.text.slice(0, MAX_OUTPUT),
  };
  if (claim.file === "request")
    return loose(proof.request).includes(quoted) ? ok(found) : err(`The request does not say "${claim.text}".`);
  if (proof.artifacts.some((one) => one.nodeId === proof.node.id && sameFile(one.name, claim.file)))
    return err(`"${claim.file}" was written by this step: it cannot be its own source.`);
  const seen = proof.node.tools.some((run) => run.result?.ok === true && mayHoldQuote(run, claim.file, quoted));
  return seen
    ? ok(found)
    : err(
        `"${claim.text.slice(0, 200)}" was not found in what you read of "${claim.file}" in this attempt. Read it first and quote it exactly.`,
      );
}

/** What was read of the file; or what code printed, unless the words stand in the code itself. */
function mayHoldQuote(run: ToolRun, file: string, quoted: string): boolean {
  if (!run.result || !loose(run.result.output).includes(quoted)) return false;
  if (run.name === "read_file") return sameFile(run.input.path, file);
  if (run.name === "search_files") return true;
  const ran = run.name === "run_code" || run.name === "run_command";
  return ran && !loose(sourceOf(run.input)).includes(quoted);
}
