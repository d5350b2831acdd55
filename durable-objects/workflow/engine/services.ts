import type { FileProfile } from "../../../shared/api/files.ts";
import type { SandboxRuntime } from "../../../shared/protocol/sandbox-rpc.ts";
import type { ArtifactRecord, RunReport } from "../../../shared/workflow/records.ts";
import type { CallOptions, ModelPort } from "../../models/port.ts";
import type { Orchestrator } from "../../orchestrators/port.ts";
import type { OutsideTool, ServiceInfo } from "../effects/port.ts";
import type { ProjectPort } from "../ports.ts";
import type { StartTool } from "./super-step.ts";

/** What came of a tool call. `output` is what the model reads; artifacts are stored before it is told. */
export interface ToolOutcome {
  readonly ok: boolean;
  readonly output: string;
  readonly artifacts: readonly ArtifactRecord[];
  /** Ids of the step's own results whose files are gone. */
  readonly removed?: readonly string[];
  readonly run?: RunReport;
  /** Of one of `artifacts`: the full text of a cut output. */
  readonly fullOutputId?: string;
}

/** Carries out host tools. The same call run twice leaves the same artifacts: ids follow from step and name. */
export interface ToolHost {
  run(call: StartTool, signal: AbortSignal): Promise<ToolOutcome>;
}

/** What the executor works with; loaded once per instance, because profiles come from another object. */
export interface Services {
  readonly orchestrator: Orchestrator;
  readonly model: ModelPort;
  readonly profiles: readonly FileProfile[];
  readonly tools: ToolHost;
  /** Where code can run; absent when the sandbox did not say. */
  readonly runtimes?: readonly SandboxRuntime[] | undefined;
  /** Outside services and the tools that reach them. */
  readonly outside: { readonly services: readonly ServiceInfo[]; readonly tools: readonly OutsideTool[] };
  readonly project: Pick<ProjectPort, "lease" | "similar">;
  readonly loadImage: CallOptions["loadImage"];
}
