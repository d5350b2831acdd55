import { Done } from "../../../shared/api/auth.ts";
import { AddMember, ChangeMember, MemberList, MemberView } from "../../../shared/api/members.ts";
import { findUserByEmail, findUsers } from "../../db/users.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import { projectRoute } from "../../routing/route.ts";

const tag = "Team";

export const getMembers = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/members",
    id: "listMembers",
    tag,
    summary: "Who works on this project",
    answer: { status: 200, schema: MemberList, description: "All members" },
  },
  "project.read",
  async (c, { db, member, projectId }) => {
    const members = unwrap(await c.env.PROJECT.getByName(projectId).members(member));
    const people = await findUsers(
      db,
      members.map((one) => one.userId),
    );
    const items = members.flatMap(({ userId, role }): MemberView[] => {
      const person = people.get(userId);
      return person ? [{ userId, name: person.name, email: person.email, role }] : [];
    });
    return c.json({ items });
  },
);

export const addMember = projectRoute(
  {
    method: "POST",
    path: "/api/projects/:projectId/members",
    id: "addMember",
    tag,
    summary: "Add somebody who has an account",
    body: AddMember,
    answer: { status: 201, schema: MemberView, description: "The member" },
    idempotent: true,
  },
  "project.manage",
  async (c, { db, member, projectId, body }) => {
    const person = await findUserByEmail(db, body.email);
    if (!person) throw refuse("not_found");
    const { id: userId, name, email } = person;
    unwrap(await c.env.PROJECT.getByName(projectId).setMember(member, { userId, role: body.role }));
    return c.json({ userId, name, email, role: body.role } satisfies MemberView, 201);
  },
);

export const changeMember = projectRoute(
  {
    method: "PATCH",
    path: "/api/projects/:projectId/members/:userId",
    id: "changeMember",
    tag,
    summary: "Change a member's role",
    body: ChangeMember,
    answer: { status: 200, schema: MemberView, description: "The member as changed" },
  },
  "project.manage",
  async (c, { db, member, projectId, body }) => {
    const userId = c.req.param("userId") ?? "";
    const project = c.env.PROJECT.getByName(projectId);
    const person = (await findUsers(db, [userId])).get(userId);
    if (!person || (await project.roleOf(userId)) === null) throw refuse("not_found");
    unwrap(await project.setMember(member, { userId, role: body.role }));
    return c.json({ userId, name: person.name, email: person.email, role: body.role } satisfies MemberView);
  },
);

export const removeMember = projectRoute(
  {
    method: "DELETE",
    path: "/api/projects/:projectId/members/:userId",
    id: "removeMember",
    tag,
    summary: "Remove a member; their sockets close",
    answer: { status: 200, schema: Done, description: "Removed" },
  },
  "project.manage",
  async (c, { member, projectId }) => {
    const userId = c.req.param("userId") ?? "";
    const project = c.env.PROJECT.getByName(projectId);
    if ((await project.roleOf(userId)) === null) throw refuse("not_found");
    unwrap(await project.setMember(member, { userId, role: null }));
    return c.json({ ok: true });
  },
);
