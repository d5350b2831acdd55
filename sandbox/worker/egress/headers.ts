/**
 * Headers of a command's request that never go out: they belong to the connection, to whoever runs this Worker, or
 * would make a server believe something about where the request comes from.
 */
const NEVER_SENT = new Set([
  ...["host", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect", "content-length"],
  ...["accept-encoding", "forwarded", "via", "x-real-ip", "true-client-ip", "x-client-ip", "cdn-loop"],
  ...["metadata-flavor", "x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds"],
]);
const NEVER_SENT_PREFIXES = ["cf-", "x-forwarded-", "proxy-", "sec-", "x-nexus-"];

/** What must not follow a redirect to another origin. */
const ONE_ORIGIN_ONLY = ["authorization", "cookie", "cookie2", "referer", "origin"];
const SECRET_NAME = /(?:token|secret|api-?key|auth|password|session|signature|credential)/;

const OF_A_BODY = ["content-type", "content-encoding", "content-language", "content-location"];

export function outgoing(headers: Headers | Record<string, string> | undefined): Headers {
  const sent = new Headers(headers);
  for (const name of [...sent.keys()]) {
    if (NEVER_SENT.has(name) || NEVER_SENT_PREFIXES.some((prefix) => name.startsWith(prefix))) sent.delete(name);
  }
  return sent;
}

/** Drops what identifies the sender to the server it was meant for. */
export function forOtherOrigin(headers: Headers): Headers {
  const sent = new Headers(headers);
  for (const name of [...sent.keys()]) {
    if (ONE_ORIGIN_ONLY.includes(name) || SECRET_NAME.test(name)) sent.delete(name);
  }
  return sent;
}

export function withoutBody(headers: Headers): Headers {
  const sent = new Headers(headers);
  for (const name of OF_A_BODY) sent.delete(name);
  return sent;
}

/** Headers of an answer for the command: what described the bytes on the way is no longer true of those given. */
export function incoming(headers: Headers): Headers {
  const given = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"]) {
    given.delete(name);
  }
  return given;
}
