import type { ContainerEnv } from "../container/provide.ts";
import type { EgressEnv } from "./egress/contract.ts";
import type { SandboxObject } from "./files/sandbox-object.ts";

/** Bindings of the sandbox Worker. */
export interface SandboxEnv extends EgressEnv, ContainerEnv {
  /** One object per project, by its id. */
  readonly FILES: DurableObjectNamespace<SandboxObject>;
}
