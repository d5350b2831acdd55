import { partsOf } from "../../files/paths.ts";
import { Refusal } from "./gzip.ts";
import type { CommandHost } from "./host.ts";

/** Entries of one archive. */
export const MAX_ENTRIES = 5_000;

/**
 * Where an entry of an archive goes: below the folder, whatever its name says. Names with "..", absolute ones and those
 * of another system's drives are refused, as is a way that leads through a link.
 */
export function placeOf(host: CommandHost, folder: string, name: string): string {
  const clean = name.replaceAll("\\", "/");
  const isUnsafe = clean.startsWith("/") || clean.split("/").includes("..") || /^[a-z]:/i.test(clean);
  const parts = isUnsafe ? null : partsOf(clean);
  if (parts === null) throw new Refusal(`${JSON.stringify(name.slice(0, 200))} would leave the folder: refused`);
  let at = folder;
  for (const part of parts) {
    at = `${at === "/" ? "" : at}/${part}`;
    if (kindAt(host, at) === "link")
      throw new Refusal(`${JSON.stringify(name.slice(0, 200))} goes through a link: refused`);
  }
  return at;
}

export function writeBelow(host: CommandHost, path: string, bytes: Uint8Array, mode?: number): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (folder !== "") host.tree.makeFolder(folder, { recursive: true });
  host.tree.write(path, bytes, mode);
}

function kindAt(host: CommandHost, path: string): "file" | "folder" | "link" | null {
  try {
    return host.tree.lstat(path).kind;
  } catch {
    return null;
  }
}
