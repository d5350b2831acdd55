import { getSandbox } from "@cloudflare/sandbox";
import type { WorkspaceRef } from "../../shared/protocol/sandbox-rpc.ts";
import { BOX_PORT } from "../image/box/wire.ts";
import { type BoxPort, BoxUnavailable } from "./box-port.ts";
import type { ContainerObject } from "./container-object.ts";
import { ContainerSandbox } from "./container-sandbox.ts";
import type { ContainerFor } from "./contract.ts";

/** Bindings of a deployment with containers (sandbox/wrangler.containers.toml). */
export interface ContainerEnv {
  readonly CONTAINER?: DurableObjectNamespace<ContainerObject>;
}

/** The container's box, through the Durable Object that owns the container. */
class SdkBox implements BoxPort {
  readonly #namespace: DurableObjectNamespace<ContainerObject>;
  readonly #name: string;

  constructor(namespace: DurableObjectNamespace<ContainerObject>, name: string) {
    this.#namespace = namespace;
    this.#name = name;
  }

  async send(path: string, init?: RequestInit): Promise<Response> {
    // By its path the SDK knows the port and starts the container; the box takes the prefix off again.
    const response = await this.#sandbox.fetch(new Request(`http://box/proxy/${BOX_PORT}${path}`, init));
    // 500 and 503 with JSON are the SDK's own words for a container that does not start.
    if (response.status >= 500) {
      await response.body?.cancel();
      throw new BoxUnavailable("The container did not start.");
    }
    return response;
  }

  async allow(hosts: readonly string[]): Promise<void> {
    await this.#sandbox.setAllowedHosts([...hosts]);
  }

  async destroy(): Promise<void> {
    await this.#sandbox.destroy();
  }

  get #sandbox(): ContainerObject {
    // No session of the SDK's shell is used: a command that outlives its time would hold one for ever.
    return getSandbox(this.#namespace, this.#name, { enableDefaultSession: false });
  }
}

/** Ids are lower case and safe in names, and no two workspaces share one. */
const nameOf = ({ projectId, workflowId }: WorkspaceRef): string => `${projectId}-${workflowId}`.toLowerCase();

export const containerFor: ContainerFor<ContainerEnv> = ({ CONTAINER }) =>
  CONTAINER === undefined ? null : (workspace) => new ContainerSandbox(new SdkBox(CONTAINER, nameOf(workspace)));
