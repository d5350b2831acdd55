import { describe, expect, it } from "vitest";
import { checkMarkers, parseTrace } from "./fsync-trace.mjs";

const WAL = "/state/v3/do/a.sqlite-wal";
const read = `11 1.0 read(31<socket:[7]>, "POST /steer {mark-1}", 4096) = 20`;
const write = `11 1.1 pwrite64(40<${WAL}>, "..mark-1..", 4096, 0) = 4096`;
const sync = `11 1.2 fdatasync(40<${WAL}>) = 0`;
const answer = `11 1.3 write(31<socket:[7]>, "HTTP/1.1 200 OK", 15) = 15`;
const frame = `11 1.4 sendmsg(32<socket:[8]>, {iov="{type:event mark-1}"}, 0) = 30`;
const verdict = (...lines) => checkMarkers(parseTrace(lines.join("\n")), ["mark-1"])[0];

describe("NFR-R2 the trace of a sync", () => {
  it("is content when the sync lies between the write and all that is sent", () => {
    expect(verdict(read, write, sync, answer, frame)).toMatchObject({ ok: true, outside: 2 });
  });

  it("finds an answer or a frame that left before it", () => {
    expect(verdict(read, write, answer, sync, frame)).toMatchObject({ ok: false });
    expect(verdict(read, write, frame, sync, answer)).toMatchObject({ ok: false });
    expect(verdict(read, write, answer, frame)).toMatchObject({ ok: false });
  });

  it("finds a sync that had not ended, one of another file, and one before the write", () => {
    const begun = `11 1.2 fdatasync(40<${WAL}> <unfinished ...>`;
    const ended = "11 1.5 <... fdatasync resumed>) = 0";
    expect(verdict(read, write, begun, answer, frame, ended)).toMatchObject({ ok: false });
    expect(verdict(read, write, begun, ended, answer, frame)).toMatchObject({ ok: true });
    expect(verdict(read, write, sync.replace("a.sqlite", "b.sqlite"), answer, frame)).toMatchObject({ ok: false });
    expect(verdict(read, sync, write, answer, frame)).toMatchObject({ ok: false });
  });

  it("is not content with a trace in which nothing happened", () => {
    expect(verdict(read, write, sync)).toMatchObject({ ok: false, why: "was never acknowledged" });
    expect(verdict(read, write, sync, answer)).toMatchObject({ ok: false, why: "was never told to the socket" });
    expect(verdict("")).toMatchObject({ ok: false, why: "was never written to a database" });
  });
});
