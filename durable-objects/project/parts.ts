import type { Action, Member } from "../../shared/access/roles.ts";
import { type Problem, problem } from "../../shared/errors/problem.ts";
import { err } from "../../shared/lib/result.ts";
import type { Env } from "../env.ts";
import { AuditTrail } from "./audit.ts";
import { Chores } from "./chores.ts";
import { Conversation } from "./conversation.ts";
import { Director } from "./director/director.ts";
import { DirectoryRow } from "./directory-row.ts";
import { eraseProject } from "./erase.ts";
import { Members } from "./members.ts";
import { ProjectMeta } from "./meta.ts";
import { ProjectMoney } from "./money.ts";
import { Projections } from "./projections.ts";
import { Promotions } from "./promotions.ts";
import { Repairs } from "./repairs.ts";
import { RoleChanges } from "./role-changes.ts";
import { Runs } from "./runs.ts";
import { createTables } from "./schema.ts";
import { Settings } from "./settings.ts";
import { Summaries } from "./summaries.ts";
import { Watchers } from "./watchers.ts";

/** What every capability of a project rests on. */
export interface Ground {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly meta: ProjectMeta;
  readonly members: Members;
  readonly money: ProjectMoney;
  readonly summaries: Summaries;
  readonly audit: AuditTrail;
  readonly repairs: Repairs;
  readonly watchers: Watchers;
  readonly directory: DirectoryRow;
  readonly roleChanges: RoleChanges;
  readonly promotions: Promotions;
  /** Null when the member may do it now; the role the API vouched for is not taken on trust. */
  refusal(member: Member, action: Action): ReturnType<typeof err<Problem>> | null;
}

export interface Project extends Ground {
  readonly conversation: Conversation;
  readonly director: Director;
  readonly projections: Projections;
  readonly runs: Runs;
  readonly settings: Settings;
  readonly chores: Chores;
}

/** Puts one project's parts together over the object's storage. */
export function compose(ctx: DurableObjectState, env: Env): Project {
  const { sql } = ctx.storage;
  createTables(sql);
  const meta = new ProjectMeta(sql);
  const members = new Members(sql);
  const ground: Ground = {
    ctx,
    env,
    meta,
    members,
    money: new ProjectMoney(sql),
    summaries: new Summaries(sql),
    audit: new AuditTrail(sql),
    repairs: new Repairs(sql),
    watchers: new Watchers(ctx, env.DB),
    directory: new DirectoryRow(meta, members, env.DB),
    roleChanges: new RoleChanges(sql, (id) => (id === meta.get()?.id ? env.LIBRARY : env.WORKFLOW).getByName(id)),
    promotions: new Promotions(sql, (id) => env.WORKFLOW.getByName(id)),
    refusal(member, action) {
      const refused = meta.isOpen() ? members.refusal(member, action) : problem("not_found");
      return refused && err(refused);
    },
  };
  const conversation = new Conversation(sql);
  const runs = new Runs(ground);
  const director = new Director({
    ctx,
    env,
    projectId: () => meta.get()?.id ?? "",
    isOpen: () => meta.isOpen(),
    conversation,
    money: ground.money,
    watchers: ground.watchers,
    startWorkflow: (userId, input) => runs.start(userId, input),
  });
  const answers = { name: "answer messages", due: () => director.due(), run: () => director.work() };
  const erasure = {
    name: "erase a deleted project",
    due: () => (meta.isErasing() ? 0 : null),
    run: () => eraseProject(ctx, env, meta, ground.summaries),
  };
  const chores = new Chores(ctx.storage, [ground.directory, ground.roleChanges, answers, erasure]);
  return {
    ...ground,
    conversation,
    director,
    projections: new Projections(ground),
    runs,
    settings: new Settings(ground, chores),
    chores,
  };
}
