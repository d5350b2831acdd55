import type { Member } from "../../shared/access/roles.ts";
import type { WorkflowView } from "../../shared/api/workflows.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { Answer, ForkRequest } from "../../shared/protocol/object-rpc.ts";
import { clearProject, dropWorkflow } from "../storage/directory.ts";
import { importWorkflow } from "./fork-workflow.ts";
import type { Ground } from "./parts.ts";
import { startWorkflow } from "./start-workflow.ts";

/** Begins workflows in the project. */
export class Runs {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Idempotent by `input.id`. */
  start(userId: string, input: Parameters<typeof startWorkflow>[3]): Promise<Answer<WorkflowView>> {
    const { env } = this.#ground;
    return this.#begin(input.id, (projectId) => startWorkflow(env, projectId, userId, input));
  }

  /** Another run from a checkpoint of one of this project's. Idempotent by `input.id`. */
  async fork(member: Member, input: { id: string; workflowId: string } & ForkRequest): Promise<Answer<WorkflowView>> {
    const { env, members, meta, promotions, summaries, refusal } = this.#ground;
    const refused = refusal(member, "workflow.write");
    if (refused) return refused;
    const { workflowId, ...request } = input;
    // The workflow takes the role on trust; that it belongs to this project is known here only.
    const role = members.roleOf(member.userId);
    if (!role || !summaries.knows(workflowId)) return err(problem("not_found"));
    const actor = { userId: member.userId, role };
    const found = await env.WORKFLOW.getByName(workflowId).checkpoint(actor, request);
    if (!found.ok) return found;
    if (found.value.state.projectId !== meta.get()?.id) return err(problem("not_found"));
    const place =
      request.reason === "promote"
        ? await promotions.place(actor, workflowId, input.id)
        : ok({ id: input.id, done: [] });
    if (!place.ok) return place;
    const { id, done } = place.value;
    const state = { ...found.value.state, effects: [...found.value.state.effects, ...done] };
    const made = await this.#begin(id, (projectId) =>
      importWorkflow(env, { ...found.value, state, id, projectId, createdBy: member.userId }),
    );
    // A run that is there and cannot be read at the moment stays listed.
    if (made.ok || made.error.code === "storage_error" || made.error.code === "log_damaged") return made;
    // Refused for good: nothing was created under this id, nor ever will be.
    summaries.abandon(id);
    await dropWorkflow(env.DB, id);
    return made;
  }

  async #begin(id: string, make: (projectId: string) => Promise<Answer<WorkflowView>>): Promise<Answer<WorkflowView>> {
    const { env, meta, summaries } = this.#ground;
    const projectId = meta.get()?.id ?? "";
    if (!meta.isOpen()) return err(problem("not_found"));
    summaries.begin(id);
    const made = await make(projectId);
    if (meta.isOpen()) return made;
    // The project was deleted meanwhile, and its erasure may have come before the workflow.
    await env.WORKFLOW.getByName(id).destroy();
    await clearProject(env.DB, projectId);
    return err(problem("not_found"));
  }
}
