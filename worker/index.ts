import { createApp } from "./app.ts";
import { createFrontDoor } from "./front-door.ts";

// biome-ignore lint/performance/noBarrelFile: the platform finds the objects' classes among the entry's exports
export { CapacityObject } from "../durable-objects/capacity/capacity-object.ts";
export { LibraryObject } from "../durable-objects/library/library-object.ts";
export { ProjectObject } from "../durable-objects/project/project-object.ts";
export { WorkflowObject } from "../durable-objects/workflow/workflow-object.ts";

export default { fetch: createFrontDoor({ api: createApp().fetch }) };
