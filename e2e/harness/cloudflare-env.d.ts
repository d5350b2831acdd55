import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env as AppEnv } from "../../durable-objects/env.ts";
import type { LibraryRpc, ProjectRpc, WorkflowRpc } from "../../shared/protocol/object-rpc.ts";

/** What `env` of `cloudflare:test` holds: the app's bindings, with namespaces typed for the object test helpers. */
declare global {
  namespace Cloudflare {
    interface Env extends Omit<AppEnv, "WORKFLOW" | "PROJECT" | "LIBRARY"> {
      readonly WORKFLOW: DurableObjectNamespace<WorkflowRpc & Rpc.DurableObjectBranded>;
      readonly PROJECT: DurableObjectNamespace<ProjectRpc & Rpc.DurableObjectBranded>;
      readonly LIBRARY: DurableObjectNamespace<LibraryRpc & Rpc.DurableObjectBranded>;
      readonly TEST_MIGRATIONS: D1Migration[];
    }
  }
}
