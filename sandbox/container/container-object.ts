import { Sandbox, ContainerProxy as SdkContainerProxy } from "@cloudflare/sandbox";
import { z } from "zod";
import type { EgressEnv } from "../worker/egress/contract.ts";
import { forwardFor } from "../worker/egress/provide.ts";

/**
 * The container of one workspace: started by the first exchange with its box, asleep after minutes without one, with
 * nothing of ours in its environment. Everything it sends outwards goes to {@link ContainerProxy}.
 */
export class ContainerObject extends Sandbox<EgressEnv> {
  override enableInternet = false;
  override interceptHttps = true;
  override sleepAfter = "5m";
  /** Set per command by the adapter; an empty list is a list all the same, and lets nothing out. */
  override allowedHosts: string[] = [];
}

const Props = z.object({ allowedHosts: z.array(z.string()) });

/**
 * What the SDK hands every outgoing request of a container to, by this name. The SDK's own would send it on to an
 * allowed host as it is; this one judges it, looks its name up and bounds it, like `curl` in the isolate.
 */
export class ContainerProxy extends SdkContainerProxy {
  override async fetch(request: Request): Promise<Response> {
    const props = Props.safeParse(this.ctx.props);
    // SAFETY: the SDK declares its entrypoint for any environment; this Worker's has the operator's names, or nothing.
    return forwardFor(this.env as EgressEnv, props.success ? props.data.allowedHosts : [], request);
  }
}
