/**
 * Which addresses belong to the public internet, by the IANA special-purpose registries (RFC 6890 and its updates).
 * Of IPv6 only global unicast counts: everything else, IPv4 inside IPv6 among it, is left out by not being listed.
 */

const PRIVATE_V4: readonly (readonly [base: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Inside 2000::/3, and not public all the same: protocol assignments with Teredo, documentation, 6to4. */
const PRIVATE_V6: readonly (readonly [groups: readonly number[], bits: number])[] = [
  [[0x2001, 0x0000], 23],
  [[0x2001, 0x0db8], 32],
  [[0x2002], 16],
  [[0x3fff, 0x0000], 20],
];

/** @returns false also for what is no address at all */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== null)
    return !PRIVATE_V4.some(([base, bits]) => v4 >>> (32 - bits) === (parseV4(base) ?? 0) >>> (32 - bits));
  const v6 = parseV6(address);
  if (v6 === null || (v6[0] ?? 0) >>> 13 !== 0b001) return false;
  return !PRIVATE_V6.some(([groups, bits]) => startsWithBits(v6, groups, bits));
}

/** Four decimal parts without leading zeros, as resolvers write them; other spellings are none. */
function parseV4(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const parts = match.slice(1);
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Eight 16-bit groups; no zone ids. */
function parseV6(text: string): number[] | null {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(":")) return null;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = dotted === null ? null : parseV4(dotted[2] ?? "");
  if (dotted !== null && v4 === null) return null;
  const plain = v4 === null ? text : `${dotted?.[1]}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
  const halves = plain.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...(head ?? []), ...(tail ?? [])];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  if (halves.length === 1 ? groups.length !== 8 : groups.length > 7) return null;
  const zeros = Array.from({ length: 8 - groups.length }, () => "0");
  return [...(head ?? []), ...zeros, ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
}

function startsWithBits(address: readonly number[], prefix: readonly number[], bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 16) {
    const keep = Math.min(16, bits - bit);
    const mask = (0xffff << (16 - keep)) & 0xffff;
    if (((address[bit / 16] ?? 0) & mask) !== ((prefix[bit / 16] ?? 0) & mask)) return false;
  }
  return true;
}
