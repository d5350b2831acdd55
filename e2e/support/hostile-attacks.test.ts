import { expect, test } from "vitest";
import { TerminalBody } from "../../shared/api/terminal.ts";
import { ATTACKS } from "./hostile-attacks.ts";

test("every attack can be sent to a terminal, and is told from the others by its name", () => {
  expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  for (const { name, line, before = "true" } of ATTACKS)
    for (const sent of [line, before]) expect(TerminalBody.safeParse({ line: sent }).success, name).toBe(true);
});
