import { servicesOf } from "../../../durable-objects/workflow/tools/services.ts";
import { MeView, PatchMe } from "../../../shared/api/me.ts";
import type { AppContext } from "../../context.ts";
import { openDatabase } from "../../db/client.ts";
import { findUser, type UserRow, updateUser } from "../../db/users.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";
import { userRoute } from "../../routing/route.ts";
import { modelOf } from "../health/health.ts";

const tag = "Me";

function view(c: AppContext, user: UserRow | null): Response {
  if (!user) throw refuse("unauthenticated");
  const model = modelOf(c.env).model ?? { provider: "none", simulated: false };
  const services = servicesOf(c.env).map(({ name, label, ready }) => ({ name, label, ready }));
  return c.json({ ...user, model, services } satisfies MeView);
}

export const getMe = userRoute(
  {
    method: "GET",
    path: "/api/me",
    id: "getMe",
    tag,
    summary: "The person who is signed in",
    answer: { status: 200, schema: MeView, description: "The person" },
  },
  async (c, { identity }) => view(c, await findUser(openDatabase(c.env.DB), identity)),
);

export const patchMe = userRoute(
  {
    method: "PATCH",
    path: "/api/me",
    id: "patchMe",
    tag,
    summary: "Change name or language",
    body: PatchMe,
    answer: { status: 200, schema: MeView, description: "The person as changed" },
  },
  async (c, { identity, body }) => view(c, await updateUser(openDatabase(c.env.DB), identity, body)),
);
