import { OBJECT_PATHS } from "../../../shared/protocol/object-paths.ts";
import { passSocket } from "../../routing/live.ts";
import { projectRoute } from "../../routing/route.ts";

export const projectSocket = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/socket",
    id: "projectSocket",
    tag: "Live",
    summary: "WebSocket: summaries of all workflows, and the Director's words",
    answer: { status: 101, description: "Frames of shared/protocol/project-socket.ts" },
    problems: ["bad_origin"],
  },
  "project.read",
  (c, { member, projectId }) => passSocket(c, c.env.PROJECT.getByName(projectId), member, OBJECT_PATHS.socket),
);
