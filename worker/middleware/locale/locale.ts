import { createMiddleware } from "hono/factory";
import type { Locale } from "../../../shared/errors/catalogue/describe.ts";
import type { AppEnv } from "../../context.ts";

/** The best of the languages we speak, by the header's weights; null when it names none of them. */
export function preferred(header: string | null | undefined): Locale | null {
  let best: { locale: Locale; weight: number } | null = null;
  for (const part of (header ?? "").slice(0, 500).split(",")) {
    const [tag = "", ...params] = part.trim().toLowerCase().split(";");
    const primary = tag.split("-")[0];
    if (primary !== "en" && primary !== "ar") continue;
    const q = params.map((param) => param.trim()).find((param) => param.startsWith("q="));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (weight > 0 && (best === null || weight > best.weight)) best = { locale: primary, weight };
  }
  return best?.locale ?? null;
}

/** `?lang=`, else what the request asks for; the session adds the person's own choice when neither is said. */
export const locale = createMiddleware<AppEnv>(async (c, next) => {
  const asked = c.req.query("lang");
  c.set("locale", asked === "ar" || asked === "en" ? asked : (preferred(c.req.header("accept-language")) ?? "en"));
  await next();
  if (c.res.status === 101) return;
  c.res.headers.set("content-language", c.get("locale"));
  c.res.headers.append("vary", "accept-language");
});

/** Whether the request itself said which language it wants. */
export const saidLanguage = (lang: string | undefined, header: string | undefined): boolean =>
  lang === "ar" || lang === "en" || preferred(header) !== null;
