import { expect, test } from "vitest";
import type { TranscriptEntry } from "../../../../shared/protocol/sandbox-rpc.ts";
import { Screen } from "./screen.ts";

const at = "2026-11-23T10:00:00.000Z";
const by = { kind: "agent", id: "dev", label: "Amelia" } as const;
let seq = 0;
const command = (execId: string, text: string): TranscriptEntry => ({
  seq: ++seq,
  at,
  execId,
  kind: "command",
  text,
  by,
  runtime: "isolate",
});
const output = (execId: string, text: string): TranscriptEntry => ({ seq: ++seq, at, execId, kind: "output", text });
const end = (execId: string, exitCode: number | null = 0): TranscriptEntry => ({
  seq: ++seq,
  at,
  execId,
  kind: "end",
  outcome: exitCode === null ? "timeout" : "exited",
  exitCode,
});

const shown = (entries: readonly TranscriptEntry[]) => {
  const screen = new Screen();
  const drawn = entries.map((entry) => screen.take(entry)).join("");
  return { screen, drawn, lines: screen.lines.map((line) => line.text) };
};

test("lines are whole however the output was cut, and those with Arabic are there again in order", () => {
  const { lines, screen } = shown([
    command("a", "cat report.txt"),
    output("a", "Total: 1"),
    output("a", "2\nالمجموع: ١٢\nplain\nعميل"),
    output("a", " جديد"),
    end("a"),
  ]);
  expect(lines).toEqual(["$ cat report.txt", "Total: 12", "المجموع: ١٢", "plain", "عميل جديد"]);
  expect(screen.rtl.map((line) => line.text)).toEqual(["المجموع: ١٢", "عميل جديد"]);
});

test("an entry counts once, also when the stream begins again from the start", () => {
  const entries = [command("b", "echo hi"), output("b", "hi\n"), end("b")];
  const { screen, lines } = shown([...entries, ...entries]);
  expect(lines).toEqual(["$ echo hi", "hi"]);
  expect(screen.commands).toHaveLength(1);
});

test("commands that run side by side do not mix their lines", () => {
  const { lines, screen } = shown([
    command("c", "one"),
    command("d", "two"),
    output("c", "fir"),
    output("d", "sec"),
    output("c", "st\n"),
    output("d", "ond\n"),
    end("d", 1),
  ]);
  expect(lines).toEqual(["$ one", "$ two", "first", "second"]);
  expect(screen.commands.map((one) => one.end)).toEqual([null, { outcome: "exited", exitCode: 1 }]);
});

test("what a command is called, and who ran it, cannot drive the terminal either", () => {
  const named: TranscriptEntry = {
    seq: ++seq,
    at,
    execId: "e",
    kind: "command",
    text: "printf '\u001b]52;c;eA==\u0007'",
    by: { kind: "user", id: "u", label: "\u001b]0;owned\u0007Mona\u001b[2J" },
    runtime: "isolate",
  };
  const { drawn } = shown([named]);
  expect(drawn).not.toContain("\u001b]");
  expect(drawn).not.toContain("\u001b[2J");
  expect(drawn).toContain("Mona");
});

test("a sequence left open by one command does not swallow the next one's output", () => {
  const { lines } = shown([
    command("f", "bad"),
    output("f", "\u001b]0;never ended"),
    end("f", null),
    command("g", "good"),
    output("g", "fine\n"),
    end("g"),
  ]);
  expect(lines.at(-1)).toBe("fine");
});

test("a flood keeps its end and says that the beginning is gone", () => {
  const begin = command("h", "yes");
  const many = Array.from({ length: 300 }, (_, index) => output("h", `${"x".repeat(2_000)}\n${index}\n`));
  const { screen } = shown([begin, ...many]);
  expect(screen.cut).toBe(true);
  expect(screen.text.length).toBeLessThanOrEqual(400_000);
  expect(screen.text.endsWith("299\n")).toBe(true);
  expect(shown([command("i", "line"), output("i", "y".repeat(20_000))]).screen.lines.length).toBe(2);
});

test("a command that was refused before it ran keeps why, for who reads the list", () => {
  const typed = command("j", "python3 x.py");
  const refused = { seq: ++seq, at, execId: "j", kind: "end", outcome: "unavailable", exitCode: null } as const;
  const { screen } = shown([typed, { ...refused, why: "absent" }]);
  expect(screen.commands[0]?.end).toMatchObject({ outcome: "unavailable", why: "absent" });
});
