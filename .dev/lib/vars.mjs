import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { at, devVarsPath, ROOT } from "./paths.mjs";
import { Stop, say } from "./say.mjs";

const GENERATED = {
  MASTER_KEY_V1: () => randomBytes(32).toString("base64"),
  AUTH_SECRET: () => randomBytes(48).toString("base64url"),
  OPERATOR_TOKEN: () => randomBytes(32).toString("base64url"),
};

const shown = (file) => relative(ROOT, file) || file;

/** Creates .dev.vars from the example, with fresh secrets, when there is none. The file is readable by its owner only. */
export function ensureDevVars(file = devVarsPath()) {
  if (existsSync(file)) return;
  const text = readFileSync(at(".dev.vars.example"), "utf8").replaceAll(/^([A-Z][A-Z0-9_]*)=$/gm, (line, name) =>
    name in GENERATED ? `${name}=${GENERATED[name]()}` : line,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  say(`Created ${shown(file)} with freshly generated secrets.`);
}

/**
 * Parses NAME=value lines (`#` comments, optional quotes).
 * @throws Stop naming file and line, never the line's content: it may be a secret.
 */
export function parseVars(text, name) {
  const vars = {};
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line);
    if (match === null)
      throw new Stop(`${name} line ${index + 1} is not of the form NAME=value. Correct or remove that line.`);
    const [, key, rest] = match;
    if (key in vars) throw new Stop(`${name} line ${index + 1} sets ${key} a second time. Keep one of the two.`);
    vars[key] = unquote(rest, `${name} line ${index + 1}`);
  }
  return vars;
}

function unquote(value, where) {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value.replace(/\s+#.*$/, "").trim();
  const end = value.indexOf(quote, 1);
  const after = end === -1 ? "" : value.slice(end + 1).trim();
  if (end === -1 || (after !== "" && !after.startsWith("#")))
    throw new Stop(`${where} has a quote that is not closed.`);
  return value.slice(1, end);
}

/**
 * The variables the app knows: every NAME= in .dev.vars.example, commented out or not.
 * @returns {string[]}
 */
export function knownNames() {
  return [...readFileSync(at(".dev.vars.example"), "utf8").matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map(
    (match) => match[1],
  );
}

/** The Worker's variables: .dev.vars, overridden by the caller's environment. An empty value means "not set". */
export function loadVars(env = process.env, file = devVarsPath()) {
  const name = shown(file);
  const vars = parseVars(readFileSync(file, "utf8"), name);
  for (const known of knownNames()) if (env[known] !== undefined) vars[known] = env[known];
  for (const [key, value] of Object.entries(vars)) if (value === "") delete vars[key];
  checkVars(vars, name);
  return vars;
}

function checkVars(vars, name) {
  const master = vars.MASTER_KEY_V1;
  if (master === undefined)
    throw new Stop(`${name} has no MASTER_KEY_V1 (32 random bytes as base64). ${howToMake("MASTER_KEY_V1")}`);
  if (!/^[A-Za-z0-9+/]{43}=$/.test(master)) {
    throw new Stop(
      `MASTER_KEY_V1 in ${name} is not 32 bytes as base64 (44 characters ending in "="). ${howToMake("MASTER_KEY_V1")}`,
    );
  }
  if (vars.AUTH_SECRET === undefined || vars.AUTH_SECRET.length < 32) {
    throw new Stop(
      `AUTH_SECRET in ${name} is ${vars.AUTH_SECRET === undefined ? "missing" : "too short"}: it needs 32 characters or more. ${howToMake("AUTH_SECRET")}`,
    );
  }
  for (const key of ["ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"]) {
    if (vars[key] !== undefined && !/^https?:\/\/[^\s/]+/.test(vars[key]))
      throw new Stop(`${key} is not an http(s) address.`);
  }
  if (vars.HTTP_SERVICES !== undefined && !isList(vars.HTTP_SERVICES))
    say("HTTP_SERVICES is not a JSON list, so no outside service is available (see .dev.vars.example).");
  const egress = egressProblem(vars.EGRESS_HOSTS);
  if (egress !== null) throw new Stop(`${egress} See .dev.vars.example.`);
  modelInUse(vars);
}

/**
 * The sandbox reads it as strictly (sandbox/worker/egress/aliases.ts) and then points no name anywhere, without a word.
 * @returns what is wrong with EGRESS_HOSTS; the text itself is never shown
 */
export function egressProblem(text) {
  if (text === undefined) return null;
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return "EGRESS_HOSTS is not JSON.";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "EGRESS_HOSTS is not a JSON object of host names and base addresses.";
  const seen = new Set();
  for (const [host, base] of Object.entries(value)) {
    if (seen.size === seen.add(host.toLowerCase()).size) return `EGRESS_HOSTS names "${host}" twice.`;
    if (!/^(?:[a-z0-9-]+\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]+)$/i.test(host) || /\.localhost$/i.test(host))
      return `EGRESS_HOSTS: "${host}" is not a host name.`;
    if (typeof base !== "string" || !/^https?:\/\/[^\s\\@?#]+$/i.test(base) || !URL.canParse(base))
      return `EGRESS_HOSTS: the address of "${host}" is not a plain http(s) address.`;
  }
  return null;
}

/** What of the settings the sandbox Worker gets: nothing that is secret. */
export function sandboxVars(vars) {
  return vars.EGRESS_HOSTS === undefined ? {} : { EGRESS_HOSTS: vars.EGRESS_HOSTS };
}

/** Nothing else stops for it. Its entries are checked by the Worker, which leaves out the ones it cannot read and says so in its log. */
function isList(text) {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

const howToMake = (key) => `Restore it, or make a new one: openssl rand -base64 ${key === "MASTER_KEY_V1" ? 32 : 48}.`;

/** Which model answers, as one line for the person; the choice is the same as the Worker's. */
export function modelInUse(vars) {
  const implied = vars.ANTHROPIC_API_KEY
    ? "anthropic"
    : vars.OPENAI_API_KEY || vars.OPENAI_BASE_URL
      ? "openai-compatible"
      : "offline";
  const provider = vars.MODEL_PROVIDER ?? implied;
  if (provider === "offline") {
    return "offline stand-in, simulated: no model is called and nothing is billed. Set ANTHROPIC_API_KEY in .dev.vars for a real one.";
  }
  if (provider === "anthropic") {
    if (!vars.ANTHROPIC_API_KEY) throw new Stop("MODEL_PROVIDER is anthropic, but ANTHROPIC_API_KEY is not set.");
    return `Anthropic at ${hostOf(vars.ANTHROPIC_BASE_URL ?? "https://api.anthropic.com")}; calls are billed to your key.`;
  }
  if (provider === "openai-compatible") {
    if (!vars.OPENAI_API_KEY && !vars.OPENAI_BASE_URL) {
      throw new Stop("MODEL_PROVIDER is openai-compatible, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.");
    }
    return `OpenAI-compatible service at ${hostOf(vars.OPENAI_BASE_URL ?? "https://api.openai.com/v1")}.`;
  }
  throw new Stop('MODEL_PROVIDER must be "offline", "anthropic" or "openai-compatible".');
}

function hostOf(address) {
  try {
    return new URL(address).host;
  } catch {
    throw new Stop("A model's base URL is not a valid address.");
  }
}

/**
 * Files in the state folder are sealed under the master key. Starting with another key would show every one of them as
 * damaged, so a short digest of the key is kept beside them and compared.
 */
export function checkKeyMatchesState(vars, state) {
  const file = join(state, "key-check");
  const digest = createHash("sha256").update(`nexus key check ${vars.MASTER_KEY_V1}`).digest("hex").slice(0, 16);
  if (!existsSync(file)) {
    writeFileSync(file, digest, { mode: 0o600 });
    return;
  }
  if (readFileSync(file, "utf8").trim() !== digest) {
    throw new Stop(
      `The data in ${shown(state)} was sealed with another MASTER_KEY_V1. Restore the .dev.vars it was made with, or remove ${shown(state)} to start afresh.`,
    );
  }
}
