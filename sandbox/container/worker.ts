/** The sandbox Worker of a deployment with containers: the same, and the classes of the containers' objects. */
// biome-ignore lint/performance/noBarrelFile: the runtime takes the classes of objects from the entry module
export { default, SandboxEntrypoint, SandboxObject } from "../worker/index.ts";
export { ContainerObject, ContainerProxy } from "./container-object.ts";
