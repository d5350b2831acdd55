import type { Sandbox } from "../../port.ts";
import { GuestFsError } from "../files/guest-fs.ts";
import { sentence } from "../shell/endings.ts";
import type { IsolateEnd, IsolateRun } from "./isolate-run.ts";
import { adopt, snapshotOf } from "./snapshots.ts";

/**
 * Runs one command in a container: the workspace's files are put in before, and what they are afterwards is taken over
 * into the tree. /tmp and links stay in the container. Never throws for anything the guest does.
 */
export async function runContained(container: Sandbox, run: Omit<IsolateRun, "fetch">): Promise<IsolateEnd> {
  const started = Date.now();
  const { tree, exec, signal, onOutput } = run;
  const end = (outcome: IsolateEnd["outcome"], problem: string): IsolateEnd => {
    const durationMs = Date.now() - started;
    return { outcome, exitCode: null, problem, output: "", outputCut: false, tests: null, durationMs };
  };
  await run.load([...tree.walk("/workspace")].flatMap(([, node]) => (node.kind === "file" ? [node.content] : [])));
  const restored = await container.restore(snapshotOf(tree)).catch(() => null);
  if (restored === null) return end("unavailable", "The container did not start. Try again.");
  if (!restored.ok)
    return end("unavailable", `The files could not be put into the container: ${restored.error.detail}`);
  const result = await container.exec(exec, { onOutput, signal });
  if (result.outcome !== "exited") return result;
  try {
    adopt(tree, await container.snapshot());
  } catch (error) {
    if (!(error instanceof GuestFsError)) throw error;
    return { ...result, outcome: "files", exitCode: null, problem: sentence("files", exec.limits.timeMs) };
  }
  return result;
}
