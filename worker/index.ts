import { createApp } from "./app.ts";

// biome-ignore lint/performance/noBarrelFile: the platform finds the objects' classes among the entry's exports
export { CapacityObject } from "../durable-objects/capacity/capacity-object.ts";
export { LibraryObject } from "../durable-objects/library/library-object.ts";
export { ProjectObject } from "../durable-objects/project/project-object.ts";
export { WorkflowObject } from "../durable-objects/workflow/workflow-object.ts";

const app = createApp();

export default { fetch: app.fetch };
