import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "./password.ts";
import { isWeakPassword } from "./password-policy.ts";

test("a password opens its own hash only; the same one never hashes alike", async () => {
  const [hash, again] = await Promise.all([hashPassword("كلمة سر طويلة"), hashPassword("كلمة سر طويلة")]);
  expect(hash).not.toBe(again);
  expect(await verifyPassword({ hash, password: "كلمة سر طويلة" })).toBe(true);
  expect(await verifyPassword({ hash, password: "كلمة سر طويله" })).toBe(false);
  expect(await verifyPassword({ hash: "plain", password: "plain" })).toBe(false);
});

test("the same text typed by another keyboard is the same password (NFKC)", async () => {
  const hash = await hashPassword("caf\u00e9 noir");
  expect(await verifyPassword({ hash, password: "cafe\u0301 noir" })).toBe(true);
});

test("weak: short, common, of few characters, or the person's own name and address", () => {
  const about = { email: "mona.ali@example.com", name: "Mona Ali" };
  for (const password of [
    "",
    "seven77",
    "PASSWORD1",
    "Kuwait2026",
    "ababababab",
    "mona.ali",
    "monaali1".slice(0, 7),
    "Mona.Ali@example.com",
  ])
    expect(isWeakPassword(password, about)).toBe(true);
  for (const password of ["seven blue doors", "كلمة سر طويلة", "x9#kQ!2p"])
    expect(isWeakPassword(password, about)).toBe(false);
});
