import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env as AppEnv } from "../../durable-objects/env.ts";
import type { CapacityRpc } from "../../shared/protocol/capacity-rpc.ts";
import type { LibraryRpc } from "../../shared/protocol/library-rpc.ts";
import type { ProjectRpc, WorkflowRpc } from "../../shared/protocol/object-rpc.ts";

/** A namespace whose stubs answer our RPC interfaces and pass as stubs to the helpers of `cloudflare:test`. */
interface TestNamespace<Rpc> extends Omit<DurableObjectNamespace, "get" | "getByName"> {
  get(id: DurableObjectId): Rpc & DurableObjectStub;
  getByName(name: string): Rpc & DurableObjectStub;
}

/** What `env` of `cloudflare:test` holds: the app's bindings and the migrations. */
declare global {
  namespace Cloudflare {
    interface Env extends Omit<AppEnv, "WORKFLOW" | "PROJECT" | "LIBRARY" | "CAPACITY"> {
      readonly WORKFLOW: TestNamespace<WorkflowRpc>;
      readonly PROJECT: TestNamespace<ProjectRpc>;
      readonly LIBRARY: TestNamespace<LibraryRpc>;
      readonly CAPACITY: TestNamespace<CapacityRpc>;
      readonly TEST_MIGRATIONS: D1Migration[];
    }
  }
}
