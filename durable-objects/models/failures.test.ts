import { expect, test } from "vitest";
import { CODES } from "../../shared/errors/codes.ts";
import { codeOf, failed, readFault, redact, retryAfter } from "./failures.ts";
import { MODEL_FAILURES } from "./port.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const thrown = (fields: object, message = "boom") => Object.assign(new Error(message), fields);
const codeFor = (fields: object, began = false) => codeOf(readFault(thrown(fields), NOW), began);

test("every failure a model can have is in the catalogue", () => {
  for (const code of MODEL_FAILURES) expect(CODES).toHaveProperty(code);
});

test("retry-after in seconds, milliseconds, as a date, in the past, and unreadable", () => {
  const of = (headers: Record<string, string>) => retryAfter(new Headers(headers), NOW);
  expect(of({ "retry-after": "7" })).toBe(7000);
  expect(of({ "retry-after": "0.25" })).toBe(250);
  expect(of({ "retry-after-ms": "1200", "retry-after": "9" })).toBe(1200);
  expect(of({ "retry-after": "Mon, 23 Nov 2026 12:00:30 GMT" })).toBe(30_000);
  expect(of({ "retry-after": "Mon, 23 Nov 2026 11:00:00 GMT" })).toBe(0);
  expect(of({ "retry-after": "-5" })).toBe(0);
  expect(of({ "retry-after": "soon" })).toBeNull();
  expect(of({})).toBeNull();
});

test("an exhausted account is told from a wrong key and from a rate limit, in the words of each provider", () => {
  const quota = { type: "insufficient_quota", code: "insufficient_quota", message: "You exceeded your current quota" };
  expect(codeFor({ status: 429, error: quota })).toBe("model_no_credit");
  const spend = { type: "rate_limit_error", details: { error_code: "enforced_spend_limit_reached" } };
  expect(codeFor({ status: 429, error: { type: "error", error: spend } })).toBe("model_no_credit");
  const low = { type: "invalid_request_error", message: "Your credit balance is too low to access the Anthropic API." };
  expect(codeFor({ status: 400, error: { type: "error", error: low } })).toBe("model_no_credit");
  expect(codeFor({ status: 402, error: undefined })).toBe("model_no_credit");
  expect(codeFor({ status: 429, error: { type: "rate_limit_error", message: "slow down" } })).toBe(
    "model_rate_limited",
  );
});

test("an error inside a stream is known by its words, or by the status a gateway put there", () => {
  expect(codeFor({ error: { type: "error", error: { type: "overloaded_error" } } }, true)).toBe("model_overloaded");
  expect(codeFor({ error: { type: "rate_limit_exceeded" } }, true)).toBe("model_rate_limited");
  expect(codeFor({ error: { code: 502, message: "upstream" } }, true)).toBe("model_server_error");
  expect(codeFor({ error: { code: 429, message: "busy" } }, true)).toBe("model_rate_limited");
  expect(codeFor({ error: { message: "?" } }, true)).toBe("model_server_error");
});

test("what is not an error object at all is a broken connection, never a crash", () => {
  for (const odd of ["text", null, undefined, 7, { status: "no" }, new Error("Network connection lost.")]) {
    expect(codeOf(readFault(odd, NOW), false)).toBe("model_unreachable");
    expect(codeOf(readFault(odd, NOW), true)).toBe("model_stream_cut");
  }
});

test("a refused connection is found among the causes of an error", () => {
  const cause = thrown({ code: "ECONNREFUSED" }, "connect ECONNREFUSED 127.0.0.1:9");
  const fault = readFault(new Error("Connection error.", { cause: new TypeError("fetch failed", { cause }) }), NOW);
  expect(fault).toMatchObject({ network: true, neverSent: true });
});

test("S2.3: keys are taken out of what providers say", () => {
  const key = "abc-very-secret-key-0123";
  expect(redact(`bad ${key}, tried Bearer ${key}`, key)).not.toContain("secret");
  expect(redact("Incorrect API key provided: sk-proj-abcdefgh1234.", "")).toBe("Incorrect API key provided: [key]");
  expect(redact("no key here", "")).toBe("no key here");
});

test("technical text fits the event's limit", () => {
  expect(failed("anthropic", "model_server_error", "x".repeat(10_000)).failure.technical.length).toBeLessThanOrEqual(
    2000,
  );
});
