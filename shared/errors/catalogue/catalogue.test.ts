import { expect, test } from "vitest";
import { CODES } from "../codes.ts";
import { AR } from "./ar.ts";
import { describe } from "./describe.ts";
import { EN } from "./en.ts";

test("FR-5.4, NFR-U1.3: every code has its sentences in English and in Arabic, with the same parameters", () => {
  const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  for (const code of Object.keys(CODES) as (keyof typeof CODES)[]) {
    for (const part of ["title", "detail", "doing"] as const) {
      expect(EN[code][part], `${code}.${part} en`).not.toBe("");
      expect(AR[code][part], `${code}.${part} ar`).toMatch(/\p{Script=Arabic}|^\{/u);
      expect(params(AR[code][part]), `${code}.${part} parameters`).toEqual(params(EN[code][part]));
    }
    expect(AR[code].etaSeconds).toBe(EN[code].etaSeconds);
  }
});

test("an unknown code never shows raw", () => {
  expect(describe({ code: "no_such_code", params: {} }, "en").title).toBe(EN.internal.title);
  expect(describe({ code: "message_too_long", params: { max: 20000, length: 20001 } }, "en").detail).toContain("20001");
});

test("FR-5.4: statuses and roles are told in the reader's words", () => {
  const ended = { code: "workflow_finished", params: { status: "failed" } };
  expect(describe(ended, "en").detail).toContain("ended with an error");
  expect(describe(ended, "ar").detail).toContain("انتهى بخطأ");
  expect(describe({ code: "role_forbidden", params: { role: "viewer" } }, "ar").detail).toContain("مشاهد");
});
