/**
 * Looks a name up and gives all of its addresses, IPv4 and IPv6; throws when it cannot. None: the name has none.
 */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

const TYPES = [
  ["A", 1],
  ["AAAA", 28],
] as const;

/** No resolver gives a public name this many. */
const ANSWER_BYTES = 64 * 1024;

/**
 * A resolver over DNS over HTTPS (the JSON form of Cloudflare and Google), which is the only one there is in a Worker.
 * Answers of other types (the CNAMEs on the way) are passed over.
 * @param endpoint for instance https://cloudflare-dns.com/dns-query
 */
export function resolveOverHttps(send: typeof fetch, endpoint: string): Resolve {
  return async (host, signal) => {
    const answers = await Promise.all(
      TYPES.map(async ([type, code]) => {
        const response = await send(`${endpoint}?name=${encodeURIComponent(host)}&type=${type}`, {
          headers: { accept: "application/dns-json" },
          redirect: "manual",
          signal,
        });
        const text = await response.text();
        if (!response.ok || text.length > ANSWER_BYTES) throw new Error("The resolver gave no answer.");
        return addressesIn(JSON.parse(text), code);
      }),
    );
    return answers.flat();
  };
}

/** Status 0: found, 3: no such name. Everything else (a failed DNSSEC check among it) is no answer. */
function addressesIn(answer: unknown, type: number): string[] {
  if (typeof answer !== "object" || answer === null || !("Status" in answer)) throw new Error("Not a DNS answer.");
  if (answer.Status === 3) return [];
  if (answer.Status !== 0) throw new Error("The name could not be resolved.");
  const records: unknown = "Answer" in answer ? answer.Answer : [];
  if (!Array.isArray(records)) return [];
  return records.flatMap((record: unknown) =>
    typeof record === "object" &&
    record !== null &&
    "type" in record &&
    record.type === type &&
    "data" in record &&
    typeof record.data === "string"
      ? [record.data]
      : [],
  );
}
