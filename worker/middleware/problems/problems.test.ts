import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CODES } from "../../../shared/errors/codes.ts";
import { ProblemBody } from "../../../shared/errors/problem-body.ts";
import { smallApp } from "../../testing/small-app.ts";
import { locale } from "../locale/locale.ts";
import { invalidRequest } from "./field-text.ts";
import { ProblemError, refuse, tooFast, unwrap } from "./problem-error.ts";

describe("problems", () => {
  test.each(Object.entries(CODES))("%s answers %o in both languages", async (code, { status }) => {
    const { app } = smallApp(locale);
    app.get("/api/refuses", () => {
      // SAFETY: the entries of CODES are its codes.
      throw refuse(code as keyof typeof CODES);
    });
    for (const lang of ["en", "ar"]) {
      const answer = await app.request(`/api/refuses?lang=${lang}`);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
      const body = ProblemBody.parse(await answer.json());
      expect(body).toMatchObject({ code, status, type: `/api/docs#problem-${code}`, requestId: "req_test" });
      expect(/\p{Script=Arabic}/u.test(body.title)).toBe(lang === "ar");
    }
  });

  test("a wait is told in the body and in Retry-After", async () => {
    const { app } = smallApp();
    app.get("/api/refuses", () => {
      throw tooFast(17);
    });
    const answer = await app.request("/api/refuses");
    expect(answer.headers.get("retry-after")).toBe("17");
    expect(await answer.json()).toMatchObject({ code: "rate_limited", retryAfter: 17 });
  });

  test("an object's refusal keeps its code and what fills its text", () => {
    const refusal = { ok: false, error: { code: "plan_stale", params: { planVersion: 3 } } } as const;
    expect(() => unwrap(refusal)).toThrow(ProblemError);
    expect(unwrap({ ok: true, value: 7 })).toBe(7);
  });

  test("fields are named with a plain reason, never with what was sent", () => {
    const schema = z.object({
      name: z.string().min(2),
      age: z.number().max(9),
      kind: z.enum(["a"]),
      more: z.strictObject({}),
    });
    const result = schema.safeParse({ name: "x", age: 99, kind: "secret", more: { odd: 1 } }, { reportInput: true });
    if (result.success) throw new Error("must not pass");
    const error = invalidRequest(result.error, "en");
    expect(error.fields).toEqual([
      { path: "name", message: "is too short or too small" },
      { path: "age", message: "is too long or too large" },
      { path: "kind", message: "is not one of the possible values" },
      { path: "more", message: "is not known here" },
    ]);
    expect(JSON.stringify(error)).not.toContain("secret");
  });
});
