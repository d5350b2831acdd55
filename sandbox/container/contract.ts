import type { WorkspaceRef } from "../../shared/protocol/sandbox-rpc.ts";
import type { Sandbox } from "../port.ts";

/**
 * Gives the container of a workspace: one per workflow, started by the first command, asleep after minutes without one.
 * Its files are a working copy: who runs a command there restores the workspace's snapshot first.
 */
export type ContainerOf = (workspace: WorkspaceRef) => Sandbox;

/**
 * `containerFor(env)` of ./provide.ts: null where the deployment has no containers (no binding `CONTAINER`, or locally
 * no Docker engine), so that `runtimes()` says so and choose.ts answers `absent`.
 */
export type ContainerFor<Env> = (env: Env) => ContainerOf | null;
