import type { CapacityRpc } from "../shared/protocol/capacity-rpc.ts";
import type { LibraryRpc } from "../shared/protocol/library-rpc.ts";
import type { ProjectRpc, WorkflowRpc } from "../shared/protocol/object-rpc.ts";
import type { SandboxRpc } from "../shared/protocol/sandbox-rpc.ts";

/** A namespace whose objects speak `Rpc`; sockets go through `fetch`. */
export interface ObjectNamespace<Rpc> {
  getByName(name: string): Rpc & { fetch(request: Request): Promise<Response> };
}

/** Bindings and variables of the nexus Worker (wrangler.toml and .dev.vars). */
export interface Env {
  readonly DB: D1Database;
  readonly BUCKET: R2Bucket;
  readonly ASSETS: Fetcher;
  /** This Worker's own front door, for pages that agents look at as visitors do. */
  readonly SELF: Fetcher;
  readonly SANDBOX: SandboxRpc;
  readonly WORKFLOW: ObjectNamespace<WorkflowRpc>;
  readonly PROJECT: ObjectNamespace<ProjectRpc>;
  readonly LIBRARY: ObjectNamespace<LibraryRpc>;
  readonly CAPACITY: ObjectNamespace<CapacityRpc>;
  /** Shares of new workflows by orchestrator, "bmad:90,lean:10" (orchestrators/rollout.ts). Absent: all by the default. */
  readonly ORCHESTRATOR_ROLLOUT?: string;
  /** Workflows that run at once, at least 100; the others queue. */
  readonly CAPACITY_RUNNING?: string;
  /** Bytes a project's files may take, earlier versions and the bin included; 100 GiB without it. */
  readonly FILES_QUOTA_BYTES?: string;
  /** 32 random bytes, base64: wraps the projects' data keys. */
  readonly MASTER_KEY_V1: string;
  readonly AUTH_SECRET: string;
  /** Lets who runs the service call /api/operator; without it there is no such thing. */
  readonly OPERATOR_TOKEN?: string;
  /** Extra origins allowed to write, comma separated; the request's own origin always is. */
  readonly APP_ORIGIN?: string;
  /** Domain of published sites, one host name each: "sites.localhost:8787". Never a domain of the app. */
  readonly SITES_DOMAIN?: string;
  readonly MODEL_PROVIDER?: string;
  readonly ANTHROPIC_API_KEY?: string;
  readonly ANTHROPIC_BASE_URL?: string;
  readonly OPENAI_API_KEY?: string;
  readonly OPENAI_BASE_URL?: string;
  readonly MODEL_FAST?: string;
  readonly MODEL_STANDARD?: string;
  readonly MODEL_DEEP?: string;
  /** Outside services agents may use, JSON (tools/http/services.ts); holds credentials. */
  readonly HTTP_SERVICES?: string;
}
