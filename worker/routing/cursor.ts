import { z } from "zod";
import { fromBase64, toBase64Url } from "../../shared/sealing/base64.ts";
import { refuse } from "../middleware/problems/problem-error.ts";

const Place = z.tuple([z.string().max(40), z.string().max(60)]);

export interface Cursor {
  readonly createdAt: string;
  readonly id: string;
}

/** Where the next page begins, opaque to the caller. */
export const encodeCursor = (last: Cursor): string =>
  toBase64Url(new TextEncoder().encode(JSON.stringify([last.createdAt, last.id])));

/** @throws invalid_request for a text we never gave */
export function decodeCursor(text: string | undefined): Cursor | null {
  if (text === undefined || text === "") return null;
  try {
    const [createdAt, id] = Place.parse(JSON.parse(new TextDecoder().decode(fromBase64(text) ?? new Uint8Array())));
    return { createdAt, id };
  } catch {
    throw refuse("invalid_request", { fields: "cursor" });
  }
}
