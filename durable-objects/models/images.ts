import type { Message } from "../../shared/workflow/content.ts";

/** base64 of each image of the conversation by file id, each loaded once. Rejects when the host cannot load one. */
export async function loadImages(
  messages: readonly Message[],
  load: (fileId: string) => Promise<Uint8Array>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(
    messages.flatMap((message) => message.content.flatMap((block) => (block.type === "image" ? [block.fileId] : []))),
  );
  const loaded = await Promise.all([...ids].map(async (id) => [id, toBase64(await load(id))] as const));
  return new Map(loaded);
}

/** Bytes a call of `btoa` gets at a time: a multiple of 3, and few enough arguments for `fromCharCode`. */
const CHUNK = 8190;

/** Standard base64. `btoa` is the one encoder that Node 20, browsers and workerd share. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  return text;
}
