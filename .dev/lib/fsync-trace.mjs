/**
 * Reads what strace wrote (-f -y -ttt) and checks, for each marker, that the object's database was synced to the disk
 * between the write that holds the marker and everything that says so outside.
 */

const CALL = /^(\d+) +(\d+\.\d+) (\w+)\((.*)$/s;
const RESUMED = /^(\d+) +(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)$/s;
const FD = /^(\d+)<([^>]*)>/;
const SENDS = new Set(["write", "writev", "sendto", "sendmsg"]);
const READS = new Set(["read", "readv", "recvfrom", "recvmsg"]);
const SYNCS = new Set(["fsync", "fdatasync"]);

/**
 * System calls in the order in which they began: {name, fd, target, text, began, ended}. `began` and `ended` are line
 * numbers: strace writes a line when a call begins and, where another thread came between, one when it ends.
 */
export function parseTrace(text) {
  const calls = [];
  const open = new Map();
  text.split("\n").forEach((line, at) => {
    const resumed = RESUMED.exec(line);
    if (resumed) {
      const call = open.get(resumed[1]);
      open.delete(resumed[1]);
      if (call === undefined) return;
      call.ended = at;
      call.text += resumed[4];
      return;
    }
    const match = CALL.exec(line);
    if (match === null) return;
    const fd = FD.exec(match[4]);
    const call = { name: match[3], fd: fd?.[1] ?? "", target: fd?.[2] ?? "", text: match[4], began: at, ended: at };
    if (line.endsWith("<unfinished ...>")) {
      call.ended = Number.POSITIVE_INFINITY;
      open.set(match[1], call);
    }
    calls.push(call);
  });
  return calls;
}

/**
 * One verdict per marker: {marker, ok, why, outside}. `outside`: how many sends were checked. A command's
 * acknowledgement is what is sent next on the connection it came in by; a frame holds the marker itself.
 */
export function checkMarkers(calls, markers) {
  return markers.map((marker) => {
    const written = calls.find(
      (call) => call.name.startsWith("pwrite") && call.target.includes(".sqlite") && call.text.includes(marker),
    );
    if (!written) return { marker, ok: false, why: "was never written to a database", outside: 0 };
    const asked = calls.find((call) => READS.has(call.name) && isSocket(call) && call.text.includes(marker));
    const acknowledged =
      asked && calls.find((call) => isSend(call) && call.fd === asked.fd && call.began > asked.began);
    const frames = calls.filter((call) => isSend(call) && call.text.includes(marker) && call.text.includes("event"));
    const outside = [...(acknowledged ? [acknowledged] : []), ...frames];
    if (!acknowledged) return { marker, ok: false, why: "was never acknowledged", outside: outside.length };
    if (frames.length === 0) return { marker, ok: false, why: "was never told to the socket", outside: outside.length };
    const first = Math.min(...outside.map((call) => call.began));
    const base = written.target.replace(/-(wal|journal)$/, "");
    const synced = calls.find(
      (call) =>
        SYNCS.has(call.name) && call.target.startsWith(base) && call.began > written.began && call.ended < first,
    );
    if (synced) return { marker, ok: true, why: "", outside: outside.length };
    return { marker, ok: false, why: `was sent before ${base} was synced`, outside: outside.length };
  });
}

const isSocket = (call) => call.target.startsWith("socket:") || call.target.startsWith("TCP");
const isSend = (call) => SENDS.has(call.name) && isSocket(call);
