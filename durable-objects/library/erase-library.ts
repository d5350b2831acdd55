import type { NewFile } from "../../shared/protocol/library-rpc.ts";
import type { Library } from "./parts.ts";
import { keysOf } from "./uploads.ts";

/** Ends uploads under way and gives every R2 key the library's rows name; the rows go with the object's storage. */
export async function eraseLibrary(library: Library): Promise<string[]> {
  const { sql, uploads } = library;
  await uploads.abortAll();
  const keys = new Set(
    sql
      .exec<{ key: string }>("SELECT key FROM unwanted")
      .toArray()
      .map((row) => row.key),
  );
  for (const { key, derived } of sql.exec<{ key: string; derived: string }>("SELECT key, derived FROM versions")) {
    // SAFETY: written as NewFile["derived"].
    for (const one of keysOf({ key, derived: JSON.parse(derived) as NewFile["derived"] })) keys.add(one);
  }
  return [...keys];
}
