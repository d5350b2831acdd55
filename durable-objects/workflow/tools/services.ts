import type { Env } from "../../env.ts";
import type { ServiceInfo } from "../effects/port.ts";
import { httpOutside } from "./http/configured.ts";
import { INTERNET } from "./network/allow-host.ts";
import { SITES } from "./sites/publish-tool.ts";

/** What plans of this deployment may touch: the operator's services, then the built-in ones. */
export const servicesOf = (env: Pick<Env, "HTTP_SERVICES" | "SITES_DOMAIN">): readonly ServiceInfo[] => [
  ...httpOutside(env.HTTP_SERVICES).services,
  ...(env.SITES_DOMAIN ? [SITES] : []),
  INTERNET,
];
