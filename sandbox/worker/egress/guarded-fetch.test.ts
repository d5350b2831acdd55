import { describe, expect, it } from "vitest";
import type { EgressRefusalCode } from "./contract.ts";
import { createGuardedFetch } from "./guarded-fetch.ts";
import { HOSTILE } from "./hostile.ts";
import type { EgressPolicy } from "./judge.ts";
import { EGRESS_LIMITS, EgressRefused } from "./refusals.ts";

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
}

interface Setup {
  readonly answer?: (sent: Sent, nth: number, signal: AbortSignal) => Response | Promise<Response>;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly allowed?: readonly string[];
}

function setup({ answer = () => new Response("hello"), resolve = async () => ["93.184.216.34"], allowed }: Setup = {}) {
  const sent: Sent[] = [];
  const looked: string[] = [];
  const policy: EgressPolicy = {
    allowed: new Set(allowed ?? ["a.com", "b.com", "fake.test"]),
    aliases: new Map([["fake.test", new URL("http://127.0.0.1:9000")]]),
  };
  const guarded = createGuardedFetch(policy, {
    resolve: (host) => {
      looked.push(host);
      return resolve(host);
    },
    fetch: async (input, init = {}) => {
      const one: Sent = {
        url: String(input),
        method: init.method ?? "GET",
        headers: new Headers(init.headers),
        body: typeof init.body === "string" ? init.body : null,
      };
      expect(init.redirect).toBe("manual");
      sent.push(one);
      return await answer(one, sent.length, init.signal ?? new AbortController().signal);
    },
  });
  return { guarded, sent, looked };
}

async function codeOf(work: Promise<unknown>): Promise<EgressRefusalCode | "passed"> {
  try {
    await work;
    return "passed";
  } catch (error) {
    if (error instanceof EgressRefused) return error.refusal.code;
    throw error;
  }
}

const redirect = (status: number, location: string): Response => new Response(null, { status, headers: { location } });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("the guarded fetch (egress)", () => {
  it("sends nothing when nothing is approved, and says what to do", async () => {
    const { guarded, sent, looked } = setup({ allowed: [] });
    await expect(guarded("https://a.com/")).rejects.toThrow(
      "Network access denied: a.com is not approved for this workflow. Ask for it with allow_host",
    );
    expect([sent, looked]).toEqual([[], []]);
  });

  it("gives status, headers and the bytes as they came, and its own address", async () => {
    const bytes = new Uint8Array([0, 255, 254, 10]);
    const { guarded } = setup({ answer: () => new Response(bytes, { status: 404, headers: { "x-a": "1" } }) });
    const result = await guarded("https://A.com/x#y");
    expect(result).toMatchObject({ status: 404, url: "https://a.com/x" });
    expect(result.headers["x-a"]).toBe("1");
    expect(result.body).toEqual(bytes);
  });

  it("sends method, body and the command's headers, and none that belong to the way", async () => {
    const { guarded, sent } = setup();
    await guarded("https://a.com/", {
      method: "post",
      body: "قهوة",
      headers: {
        ...{
          "content-type": "text/plain",
          authorization: "Bearer theirs",
          host: "b.com",
          "cf-connecting-ip": "1.1.1.1",
        },
        ...{ "X-Forwarded-For": "10.0.0.1", "metadata-flavor": "Google", "proxy-authorization": "x", via: "x" },
        ...{ "accept-encoding": "gzip", "x-nexus-user": "x", connection: "close", "sec-fetch-site": "none" },
      },
    });
    expect(sent[0]).toMatchObject({ method: "POST", body: "قهوة" });
    expect([...(sent[0]?.headers.keys() ?? [])]).toEqual(["authorization", "content-type"]);
  });

  it("refuses methods beyond the known ones", async () => {
    for (const method of ["TRACE", "CONNECT", "PURGE", "GET\r\nX: y"]) {
      const { guarded, sent } = setup();
      expect(await codeOf(guarded("https://a.com/", { method }))).toBe("method");
      expect(sent).toEqual([]);
    }
  });
});

describe("redirects of the guarded fetch", () => {
  it.each(HOSTILE.flatMap(([, addresses]) => addresses).filter((address) => /^https?:/i.test(address)))(
    "never goes on to %j",
    async (location) => {
      const answer = redirectRaw(location);
      const { guarded, sent } = setup({ answer, allowed: ["a.com", "approved.com", "127.0.0.1", "localhost"] });
      expect(await codeOf(guarded("https://a.com/"))).not.toBe("passed");
      expect(sent.map(({ url }) => url)).toEqual(["https://a.com/"]);
    },
  );

  it("follows up to five, each looked up anew, and no sixth", async () => {
    const ok = setup({ answer: (_, nth) => (nth <= 5 ? redirect(302, `/${nth}`) : new Response("end")) });
    expect(text((await ok.guarded("https://a.com/")).body)).toBe("end");
    expect(ok.looked).toHaveLength(6);
    const loop = setup({ answer: () => redirect(302, "/again") });
    await expect(loop.guarded("https://a.com/")).rejects.toThrow(/^Too many redirects/);
    expect(loop.sent).toHaveLength(6);
    const few = setup({ answer: () => redirect(302, "/again") });
    expect(await codeOf(few.guarded("https://a.com/", { maxRedirects: 1 }))).toBe("too_many_redirects");
    expect(few.sent).toHaveLength(2);
  });

  it("hands a redirect back when it is not to be followed", async () => {
    const { guarded, sent } = setup({ answer: () => redirect(301, "https://evil.com/") });
    expect((await guarded("https://a.com/", { followRedirects: false })).status).toBe(301);
    expect(sent).toHaveLength(1);
  });

  it.each([
    [303, "POST", "GET", null],
    [301, "POST", "GET", null],
    [302, "POST", "GET", null],
    [302, "PUT", "PUT", "body"],
    [307, "POST", "POST", "body"],
    [308, "DELETE", "DELETE", "body"],
    [303, "HEAD", "HEAD", "body"],
  ])("after %i a %s goes on as %s", async (status, method, next, body) => {
    const { guarded, sent } = setup({ answer: (_, nth) => (nth === 1 ? redirect(status, "/x") : new Response("")) });
    await guarded("https://a.com/", { method, body: "body", headers: { "content-type": "text/plain", "x-a": "1" } });
    expect(sent[1]?.method).toBe(next);
    if (method !== "HEAD") expect(sent[1]?.body).toBe(body);
    expect(sent[1]?.headers.get("content-type")).toBe(body === null ? null : "text/plain");
    expect(sent[1]?.headers.get("x-a")).toBe("1");
  });

  it("drops what identifies the sender when another origin takes over, and keeps it within one", async () => {
    const headers = { authorization: "x", cookie: "x", "x-api-key": "x", "x-auth-token": "x", accept: "text/plain" };
    const other = setup({ answer: (_, nth) => (nth === 1 ? redirect(307, "https://b.com/") : new Response("")) });
    await other.guarded("https://a.com/", { headers });
    expect([...(other.sent[1]?.headers.keys() ?? [])]).toEqual(["accept"]);
    const same = setup({ answer: (_, nth) => (nth === 1 ? redirect(307, "/x") : new Response("")) });
    await same.guarded("https://a.com/", { headers });
    expect([...(same.sent[1]?.headers.keys() ?? [])]).toHaveLength(5);
  });

  it("answers with a redirect's own body where it has no Location", async () => {
    const { guarded } = setup({ answer: () => new Response("choose", { status: 300 }) });
    expect(await guarded("https://a.com/")).toMatchObject({ status: 300 });
  });
});

describe("addresses behind a name (egress)", () => {
  it.each([
    [["127.0.0.1"], "private_address"],
    [["93.184.216.34", "10.0.0.1"], "private_address"],
    [["93.184.216.34", "::1"], "private_address"],
    [["fd00:ec2::254"], "private_address"],
    [["::ffff:93.184.216.34"], "private_address"],
    [["not an address"], "private_address"],
    [[], "unresolved"],
  ])("%j: %s, and nothing is sent", async (addresses, code) => {
    const { guarded, sent } = setup({ resolve: async () => addresses });
    expect(await codeOf(guarded("https://a.com/"))).toBe(code);
    expect(sent).toEqual([]);
  });

  it("refuses when the resolver does not answer", async () => {
    const { guarded, sent } = setup({ resolve: () => Promise.reject(new Error("no route to 10.0.0.2")) });
    await expect(guarded("https://a.com/")).rejects.toThrow(
      "The name a.com could not be looked up, so nothing was sent.",
    );
    expect(sent).toEqual([]);
  });

  it("looks at every hop: a redirect to an approved name that leads inside ends there", async () => {
    const { guarded, sent } = setup({
      answer: () => redirect(302, "https://b.com/"),
      resolve: async (host) => [host === "b.com" ? "192.168.1.1" : "93.184.216.34"],
    });
    expect(await codeOf(guarded("https://a.com/"))).toBe("private_address");
    expect(sent).toHaveLength(1);
  });

  it("asks no resolver about the operator's own names", async () => {
    const { guarded, sent, looked } = setup({ resolve: () => Promise.reject(new Error("offline")) });
    expect(await codeOf(guarded("http://fake.test/x"))).toBe("passed");
    expect(sent[0]?.url).toBe("http://127.0.0.1:9000/x");
    expect(looked).toEqual([]);
  });

  it("does not take an answer's way back to the alias's real address", async () => {
    const { guarded, sent } = setup({ answer: () => redirect(302, "http://127.0.0.1:9000/inside") });
    expect(await codeOf(guarded("http://fake.test/x"))).toBe("numeric_host");
    expect(sent).toHaveLength(1);
  });
});

describe("bounds of the guarded fetch", () => {
  const zeros = (bytes: number): ReadableStream<Uint8Array> => {
    let left = bytes;
    return new ReadableStream({
      pull(controller) {
        if (left <= 0) return controller.close();
        controller.enqueue(new Uint8Array(Math.min(left, 1024 * 1024)));
        left -= 1024 * 1024;
      },
    });
  };

  it("ends an answer beyond its size without reading the rest", async () => {
    const endless = zeros(Number.POSITIVE_INFINITY);
    const { guarded } = setup({ answer: () => new Response(endless) });
    expect(await codeOf(guarded("https://a.com/"))).toBe("response_too_large");
  });

  it("counts what a compressed answer unpacks to", async () => {
    const bomb = zeros(EGRESS_LIMITS.responseBytes * 4).pipeThrough(new CompressionStream("gzip"));
    const { guarded } = setup({ answer: () => new Response(bomb.pipeThrough(new DecompressionStream("gzip"))) });
    expect(await codeOf(guarded("https://a.com/"))).toBe("response_too_large");
  });

  it("bounds all answers to one command together, and their number", async () => {
    const { guarded } = setup({ answer: () => new Response(zeros(9 * 1024 * 1024)) });
    const codes: string[] = [];
    for (let n = 0; n < 6; n += 1) codes.push(await codeOf(guarded("https://a.com/")));
    expect(codes).toEqual(["passed", "passed", "passed", "passed", "passed", "total_too_large"]);
    const many = setup();
    for (let n = 0; n < EGRESS_LIMITS.requests; n += 1) await many.guarded("https://a.com/");
    expect(await codeOf(many.guarded("https://a.com/"))).toBe("too_many_requests");
  });

  it("sends no body beyond its size", async () => {
    const { guarded, sent } = setup();
    const body = "é".repeat(EGRESS_LIMITS.requestBytes / 2 + 1);
    expect(await codeOf(guarded("https://a.com/", { method: "POST", body }))).toBe("request_too_large");
    expect(sent).toEqual([]);
  });

  const forever = (): Promise<never> => new Promise(() => undefined);

  it.each([
    ["the resolver", { resolve: forever }],
    ["the server", { answer: forever }],
    ["the body", { answer: () => new Response(new ReadableStream({ pull: forever })) }],
  ])("gives up in time where %s never ends", async (_what, options: Setup) => {
    const { guarded } = setup(options);
    await expect(guarded("https://a.com/", { timeoutMs: 20 })).rejects.toThrow(/aborted: a.com did not answer/);
  });

  it("ends with the command that asked", async () => {
    const controller = new AbortController();
    const { guarded } = setup({
      answer: () => {
        controller.abort();
        return forever();
      },
    });
    expect(await codeOf(guarded("https://a.com/", { signal: controller.signal }))).toBe("cancelled");
  });

  it("says that a server could not be reached, and nothing about why", async () => {
    const { guarded } = setup({ answer: () => Promise.reject(new Error("connect ECONNREFUSED 10.1.2.3:443")) });
    const error = await guarded("https://a.com/").catch((reason: unknown) => reason);
    expect(String(error)).toContain("a.com could not be reached.");
    expect(String(error)).not.toContain("10.1.2.3");
  });
});

/** A Location as bytes on the wire would give it; what no header can hold is no redirect that could come. */
function redirectRaw(location: string): () => Response {
  return () => {
    const response = new Response(null, { status: 302 });
    const headers = { get: (name: string) => (name === "location" ? location : null) };
    Object.defineProperty(response, "headers", { value: headers });
    return response;
  };
}
