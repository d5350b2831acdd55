import { describe, expect, it } from "vitest";
import { forwardRequest } from "./forward.ts";
import { HOSTILE } from "./hostile.ts";
import type { EgressPolicy } from "./judge.ts";
import { resolveOverHttps } from "./resolve.ts";

const policy: EgressPolicy = { allowed: new Set(["a.com"]), aliases: new Map() };

function forward(request: Request, answer: () => Response = () => new Response("hello"), address = "93.184.216.34") {
  const sent: { url: string; init: RequestInit }[] = [];
  const response = forwardRequest(request, policy, {
    fetch: async (input, init = {}) => {
      sent.push({ url: String(input), init });
      return answer();
    },
    resolve: async () => [address],
  });
  return { response, sent };
}

describe("what a container sends (egress)", () => {
  it("is passed on to an approved host, without the headers of the way", async () => {
    const request = new Request("https://a.com/x", {
      headers: { accept: "text/plain", "x-forwarded-for": "10.0.0.1" },
    });
    const { response, sent } = forward(request);
    expect(await (await response).text()).toBe("hello");
    expect(sent[0]?.url).toBe("https://a.com/x");
    expect(new Headers(sent[0]?.init.headers).get("x-forwarded-for")).toBeNull();
  });

  it("gets a redirect back as it is: following it is a request of its own", async () => {
    const { response, sent } = forward(
      new Request("https://a.com/"),
      () => new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } }),
    );
    expect((await response).status).toBe(302);
    expect(sent[0]?.init.redirect).toBe("manual");
  });

  it("is refused with a sentence when the host is not approved or leads inside", async () => {
    const other = forward(new Request("https://evil.com/"));
    expect((await other.response).status).toBe(403);
    expect(await (await other.response).text()).toContain("evil.com is not approved for this workflow.");
    expect(other.sent).toEqual([]);
    const inside = forward(new Request("https://a.com/"), undefined, "10.0.0.1");
    expect((await inside.response).status).toBe(403);
    expect(inside.sent).toEqual([]);
  });

  const requests = HOSTILE.flatMap(([, addresses]) => addresses).flatMap((address) => {
    try {
      return /^https?:/i.test(address) ? [[address, new Request(address)] as const] : [];
    } catch {
      return [];
    }
  });

  it.each(requests)("never reaches %j, as whatever the runtime reads it", async (_address, request) => {
    const { response, sent } = forward(request);
    expect((await response).status).toBe(403);
    expect(sent).toEqual([]);
  });

  it("answers 502 where the server could not be reached", async () => {
    const { response } = forward(new Request("https://a.com/"), () => {
      throw new Error("refused");
    });
    expect((await response).status).toBe(502);
  });
});

describe("names looked up over HTTPS (egress)", () => {
  const answering = (answers: Record<string, unknown>, status = 200) =>
    resolveOverHttps(
      async (input) => Response.json(answers[new URL(String(input)).searchParams.get("type") ?? ""], { status }),
      "https://resolver.example.com/dns-query",
    );
  const look = (resolve: ReturnType<typeof answering>) => resolve("a.com", new AbortController().signal);

  it("gives IPv4 and IPv6 addresses and passes over the names on the way", async () => {
    const resolve = answering({
      A: { Status: 0, Answer: [{ type: 5, data: "x.com." }, { type: 1, data: "93.184.216.34" }, { type: 1 }, null] },
      AAAA: { Status: 0, Answer: [{ type: 28, data: "2606:4700::1" }] },
    });
    expect(await look(resolve)).toEqual(["93.184.216.34", "2606:4700::1"]);
  });

  it("gives none for a name that is not there", async () => {
    expect(await look(answering({ A: { Status: 3 }, AAAA: { Status: 3 } }))).toEqual([]);
    expect(await look(answering({ A: { Status: 0 }, AAAA: { Status: 0 } }))).toEqual([]);
  });

  it("throws where the answer is none: a half answer could hide an address", async () => {
    await expect(look(answering({ A: { Status: 0 }, AAAA: { Status: 2 } }))).rejects.toThrow();
    await expect(look(answering({ A: {}, AAAA: {} }))).rejects.toThrow();
    await expect(look(answering({ A: { Status: 0 }, AAAA: { Status: 0 } }, 500))).rejects.toThrow();
  });
});
