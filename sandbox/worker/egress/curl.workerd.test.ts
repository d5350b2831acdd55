import { Bash } from "just-bash/browser";
import { describe, expect, it } from "vitest";
import { createGuardedFetch } from "./guarded-fetch.ts";
import { HOSTILE } from "./hostile.ts";
import { resolveOverHttps } from "./resolve.ts";

function shell(answer: (url: string) => Response) {
  const sent: string[] = [];
  const fetch = createGuardedFetch(
    { allowed: new Set(["a.com", "127.0.0.1", "localhost"]), aliases: new Map() },
    {
      resolve: async () => ["93.184.216.34"],
      fetch: async (input) => {
        sent.push(String(input));
        return answer(String(input));
      },
    },
  );
  return { bash: new Bash({ fetch }), sent };
}

describe("curl through the guard, in workerd (egress)", () => {
  it("fetches from an approved host, binary too", async () => {
    const { bash } = shell(() => new Response(new Uint8Array([1, 0, 255, 2])));
    const result = await bash.exec("curl -s -o out.bin https://a.com/x && od -An out.bin");
    expect(result.stdout.trim()).toBe("001 000 377 002");
  });

  it("says why it does not, with curl's own exit codes", async () => {
    const { bash } = shell(() => new Response(null, { status: 302, headers: { location: "https://a.com/again" } }));
    expect(await bash.exec("curl https://evil.com/")).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining("evil.com is not approved for this workflow"),
    });
    expect((await bash.exec("curl https://a.com/")).exitCode).toBe(47);
  });

  it("reaches no hostile address in workerd's reading of it either", async () => {
    const { bash, sent } = shell(() => new Response("inside"));
    const numeric = HOSTILE.flatMap(([code, addresses]) =>
      code === "numeric_host" || code === "reserved_host" ? addresses : [],
    );
    for (const address of numeric) {
      expect(await bash.exec(`curl '${address}'`), address).toMatchObject({ exitCode: 7, stdout: "" });
    }
    expect(sent).toEqual([]);
  });

  it("sends nothing where no resolver answers", async () => {
    const sent: string[] = [];
    const fetch = createGuardedFetch(
      { allowed: new Set(["a.com"]), aliases: new Map() },
      {
        resolve: resolveOverHttps(() => Promise.reject(new Error("offline")), "https://resolver.example.com/"),
        fetch: async (input) => {
          sent.push(String(input));
          return new Response();
        },
      },
    );
    const result = await new Bash({ fetch }).exec("curl https://a.com/");
    expect(result.stderr).toContain("could not be looked up");
    expect(sent).toEqual([]);
  });
});
