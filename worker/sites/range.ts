export type Range =
  | { readonly kind: "whole" }
  /** Bytes [start, end). */
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  | { readonly kind: "unsatisfiable" };

const WHOLE = { kind: "whole" } as const;

/** One byte range of RFC 9110; several at once, other units and nonsense give the whole, as the RFC allows. */
export function rangeOf(header: string | null, size: number): Range {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (!match) return WHOLE;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return WHOLE;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: "unsatisfiable" } : { kind: "part", start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < start) return WHOLE;
  return start >= size ? { kind: "unsatisfiable" } : { kind: "part", start, end };
}
