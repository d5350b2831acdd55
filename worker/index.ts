import { DurableObject } from "cloudflare:workers";
export class WorkflowObject extends DurableObject {
  async ping() {
    return await (this.env as any).SANDBOX.spin(100);
  }
}
export class ProjectObject extends DurableObject {}
export class LibraryObject extends DurableObject {}
export default {
  async fetch(req: Request, env: any) {
    const stub = env.WORKFLOW.get(env.WORKFLOW.idFromName("a"));
    try {
      return Response.json(await stub.ping());
    } catch (e: any) {
      return Response.json({ err: String(e) }, { status: 500 });
    }
  },
};
