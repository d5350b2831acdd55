import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readAliases } from "../../sandbox/worker/egress/aliases.ts";
import {
  checkKeyMatchesState,
  egressProblem,
  ensureDevVars,
  knownNames,
  loadVars,
  modelInUse,
  parseVars,
  sandboxVars,
} from "./vars.mjs";

const folder = () => mkdtempSync(join(tmpdir(), "nexus-vars-"));
const KEY = Buffer.alloc(32, 7).toString("base64");
const SECRET = "s".repeat(40);

function load(text, env = {}) {
  const file = join(folder(), "vars");
  writeFileSync(file, text);
  return loadVars(env, file);
}

test("the example becomes a valid file with fresh secrets that only its owner reads", () => {
  const [one, two] = [join(folder(), "a"), join(folder(), "b")];
  ensureDevVars(one);
  ensureDevVars(two);
  expect(statSync(one).mode & 0o777).toBe(0o600);
  const vars = loadVars({}, one);
  expect(Object.keys(vars)).toEqual(["MASTER_KEY_V1", "AUTH_SECRET", "OPERATOR_TOKEN"]);
  expect(Buffer.from(vars.MASTER_KEY_V1, "base64")).toHaveLength(32);
  expect(vars.MASTER_KEY_V1).not.toBe(loadVars({}, two).MASTER_KEY_V1);
  const before = readFileSync(one, "utf8");
  ensureDevVars(one);
  expect(readFileSync(one, "utf8")).toBe(before);
});

test("NAME=value lines, comments and quotes are read", () => {
  const text = "# c\n\nA=1\r\nB='x # y' # z\nexport C=\"q\"\nD=a b  # note\nE=\n";
  expect(parseVars(text, "f")).toEqual({ A: "1", B: "x # y", C: "q", D: "a b", E: "" });
});

test.each([
  ["A=1\nnonsense-with-a-s3cret", "line 2"],
  ["A=1\nA=2", "line 2 sets A a second time"],
  ["A='s3cret", "line 1 has a quote that is not closed"],
  ["=s3cret", "line 1"],
])("a broken line is named by its number and never shown: %j", (text, sentence) => {
  expect(() => parseVars(text, ".dev.vars")).toThrow(sentence);
  expect(() => parseVars(text, ".dev.vars")).not.toThrow("s3cret");
});

test.each([
  [`AUTH_SECRET=${SECRET}`, "no MASTER_KEY_V1"],
  [`MASTER_KEY_V1=short\nAUTH_SECRET=${SECRET}`, "not 32 bytes"],
  [`MASTER_KEY_V1=${KEY}`, "AUTH_SECRET in .* is missing"],
  [`MASTER_KEY_V1=${KEY}\nAUTH_SECRET=abc`, "too short"],
  [`MASTER_KEY_V1=${KEY}\nAUTH_SECRET=${SECRET}\nANTHROPIC_BASE_URL=nowhere`, "ANTHROPIC_BASE_URL is not"],
  [`MASTER_KEY_V1=${KEY}\nAUTH_SECRET=${SECRET}\nEGRESS_HOSTS={`, "EGRESS_HOSTS is not JSON"],
  [`MASTER_KEY_V1=${KEY}\nAUTH_SECRET=${SECRET}\nMODEL_PROVIDER=gpt`, "MODEL_PROVIDER must be"],
  [`MASTER_KEY_V1=${KEY}\nAUTH_SECRET=${SECRET}\nMODEL_PROVIDER=anthropic`, "ANTHROPIC_API_KEY is not set"],
])("what is missing or wrong is said in a sentence: %#", (text, sentence) => {
  expect(() => load(text)).toThrow(new RegExp(sentence));
});

test("the caller's environment wins, an empty value unsets, and only known names pass", () => {
  const text = `MASTER_KEY_V1=${KEY}\nAUTH_SECRET=${SECRET}\nANTHROPIC_API_KEY=from-file`;
  expect(load(text, { ANTHROPIC_API_KEY: "from-shell", HOME: "/x" })).toMatchObject({
    ANTHROPIC_API_KEY: "from-shell",
  });
  expect(load(text, { ANTHROPIC_API_KEY: "" })).toEqual({ MASTER_KEY_V1: KEY, AUTH_SECRET: SECRET });
  expect(load(text, { HOME: "/x" })).not.toHaveProperty("HOME");
  expect(knownNames()).toEqual(
    expect.arrayContaining(["MODEL_PROVIDER", "OPENAI_BASE_URL", "MODEL_DEEP", "APP_ORIGIN"]),
  );
});

test("outside services that are no list stop nothing", () => {
  const text = `MASTER_KEY_V1=${KEY}\nAUTH_SECRET=${SECRET}\nHTTP_SERVICES='[{'`;
  expect(load(text)).toMatchObject({ HTTP_SERVICES: "[{" });
  expect(knownNames()).toContain("HTTP_SERVICES");
});

test("the terminal says which model answers, and marks the stand-in as simulated", () => {
  expect(modelInUse({})).toMatch(/offline.*simulated/);
  expect(modelInUse({ ANTHROPIC_API_KEY: "k" })).toMatch(/^Anthropic at api\.anthropic\.com/);
  expect(modelInUse({ ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" })).toMatch(/127\.0\.0\.1:9/);
  expect(modelInUse({ OPENAI_BASE_URL: "http://localhost:1/v1" })).toMatch(/^OpenAI-compatible/);
  expect(modelInUse({ ANTHROPIC_API_KEY: "k", MODEL_PROVIDER: "offline" })).toMatch(/offline/);
});

test("state sealed under another master key is not opened", () => {
  const state = folder();
  checkKeyMatchesState({ MASTER_KEY_V1: KEY }, state);
  checkKeyMatchesState({ MASTER_KEY_V1: KEY }, state);
  const other = Buffer.alloc(32, 8).toString("base64");
  expect(() => checkKeyMatchesState({ MASTER_KEY_V1: other }, state)).toThrow("another MASTER_KEY_V1");
});

test("the sandbox Worker gets the operator's host names and nothing that is secret", () => {
  const text = `MASTER_KEY_V1=${KEY}\nAUTH_SECRET=${SECRET}\nEGRESS_HOSTS='{"a.com":"http://127.0.0.1:9000"}'`;
  expect(sandboxVars(load(text))).toEqual({ EGRESS_HOSTS: '{"a.com":"http://127.0.0.1:9000"}' });
  expect(sandboxVars({ MASTER_KEY_V1: KEY })).toEqual({});
});

test.each([
  ...["{", "[]", '"x"', "{}", '{"localhost":"http://x/"}', '{"a.localhost":"http://x/"}', '{"127.0.0.1":"http://x/"}'],
  ...['{"a.com:80":"http://x/"}', '{"a.com":5}', '{"a.com":"ftp://x/"}', '{"a.com":"http://u:p@x/"}'],
  ...['{"a.com":"http://x/?q"}', '{"a.com":"http://x/","A.com":"http://y/"}', '{"a.test":"http://127.0.0.1:9/b"}'],
])("what the sandbox cannot read of EGRESS_HOSTS stops the start with the same words: %s", (text) => {
  const read = readAliases(text);
  expect(egressProblem(text)).toBe(read.ok ? null : read.error);
});
