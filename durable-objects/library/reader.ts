import type { FileProfile } from "../../shared/api/files.ts";
import { MAX_FILE_BYTES } from "../../shared/api/limits.ts";
import { withDeadline } from "../../shared/lib/deadline.ts";
import type { NewFile } from "../../shared/protocol/library-rpc.ts";
import { detectLanguage } from "../../shared/text/arabic.ts";
import type { Chore } from "../project/chores.ts";
import { projectKey } from "../storage/project-key.ts";
import { createSealedStore, type SealedStore } from "../storage/sealed-store.ts";
import type { ItemRow, VersionRow } from "./items.ts";
import { isPlainText } from "./kinds.ts";
import type { Ground } from "./parts.ts";
import { TEXT_CHARS, type Words } from "./words.ts";

const PARSE_WITHIN_MS = 45_000;
const AT_ONCE = 20;
const MAX_ATTEMPTS = 5;
const FIRST_RETRY_MS = 5_000;
const RESULT_RESTS_MS = 2_000;

/**
 * Reads files nobody has read yet, so that agents can use them and searches find what is in them: in the background,
 * and at once when work begins with one. What a file is comes from its content; a file that cannot be read is kept and
 * says why.
 */
export class Reader implements Chore {
  readonly name = "read new files";
  readonly #ground: Ground;
  readonly #words: Words;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(ground: Ground, words: Words) {
    this.#ground = ground;
    this.#words = words;
  }

  /** A file has another current version: its words are looked at when there is time. */
  enqueue(item: ItemRow): void {
    // A step often writes its results several times: only what stands a while is looked at.
    const at = item.origin === "result" ? Date.now() + RESULT_RESTS_MS : 0;
    this.#ground.sql.exec("INSERT INTO reading VALUES (?, 0, ?) ON CONFLICT DO NOTHING", item.version_id, at);
  }

  waiting(): number {
    return this.#ground.sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM reading").one().count;
  }

  due(): number | null {
    return this.#ground.sql.exec<{ at: number | null }>("SELECT MIN(not_before) AS at FROM reading").one().at;
  }

  async run(): Promise<void> {
    const query = "SELECT version_id AS id, attempts FROM reading WHERE not_before <= ? ORDER BY not_before LIMIT ?";
    type Row = { id: string; attempts: number };
    for (const { id, attempts } of this.#ground.sql.exec<Row>(query, Date.now(), AT_ONCE).toArray())
      try {
        await this.#look(id);
        this.#ground.sql.exec("DELETE FROM reading WHERE version_id = ?", id);
      } catch {
        this.#later(id, attempts + 1);
      }
  }

  /** The version, read. One that cannot be read now is given as it is. */
  async ready(version: VersionRow): Promise<VersionRow> {
    if (version.reading !== "pending") return version;
    await this.#read(version).catch(() => undefined);
    return this.#ground.items.version(version.id) ?? version;
  }

  #later(id: string, attempts: number): void {
    const { sql } = this.#ground;
    if (attempts >= MAX_ATTEMPTS) sql.exec("DELETE FROM reading WHERE version_id = ?", id);
    else {
      const at = Date.now() + FIRST_RETRY_MS * 4 ** (attempts - 1);
      sql.exec("UPDATE reading SET attempts = ?, not_before = ? WHERE version_id = ?", attempts, at, id);
    }
  }

  /** Reads what nobody read, then keeps the words of a file's current version. */
  async #look(id: string): Promise<void> {
    const { items } = this.#ground;
    const version = items.version(id);
    const item = version && items.get(version.file);
    if (!version || item?.version_id !== id) return;
    const text = await this.#content(version, item);
    // Reading took a while: a newer version has its own turn.
    const now = items.get(version.file);
    if (now?.version_id === id) this.#words.setText(now.seq, text);
  }

  /** Texts are searched as they are; only what is packed needs the parsers, which work with it would need as well. */
  async #content(version: VersionRow, item: ItemRow): Promise<string> {
    if (version.reading === "pending" && isPlainText(item.name, version.media_type))
      return this.#textIn([{ key: version.key, header: version.header, size: version.size }]);
    const read = await this.ready(version);
    if (read.reading === "pending") throw new Error("the file could not be read now");
    // SAFETY: written as NewFile["derived"].
    return this.#textIn(JSON.parse(read.derived) as NewFile["derived"]);
  }

  /** Up to the bound of the index. */
  async #textIn(texts: readonly { key: string; header: string; size: number }[]): Promise<string> {
    const store = this.#store();
    let text = "";
    for (const one of texts) {
      if (text.length >= TEXT_CHARS) break;
      const bytes = await store.getRange(one.key, one.header, 0, Math.min(one.size, TEXT_CHARS * 4));
      if (bytes) text += `${new TextDecoder().decode(bytes)}\n`;
    }
    return text.slice(0, TEXT_CHARS);
  }

  #read(version: VersionRow): Promise<void> {
    const known = this.#underWay.get(version.id);
    if (known) return known;
    const reading = this.#parse(version).finally(() => this.#underWay.delete(version.id));
    this.#underWay.set(version.id, reading);
    return reading;
  }

  async #parse(version: VersionRow): Promise<void> {
    const { env, items } = this.#ground;
    const item = items.get(version.file);
    if (!item) return;
    const refuse = (problem: string) =>
      items.setReading(version.id, { reading: "no", problem, profile: null, derived: version.derived });
    if (version.size > MAX_FILE_BYTES) return refuse("file_too_large_to_read");
    const store = this.#store();
    const bytes = await store.get(version.key, version.header);
    if (!bytes) return refuse("not_found");
    if (bytes.length === 0) return refuse("file_empty");
    const text = isPlainText(item.name, version.media_type) ? asText(bytes) : null;
    if (text !== null && item.kind !== "table") {
      const { key, header, size } = version;
      const derived: NewFile["derived"] = [{ path: item.name, key, header, size }];
      const profile = JSON.stringify(documentProfile(version, item.name, text));
      items.setReading(version.id, { reading: "yes", problem: null, profile, derived: JSON.stringify(derived) });
      return;
    }
    const asked = Promise.resolve(env.SANDBOX.parseFile({ fileId: version.id, name: item.name, bytes }));
    const parsed = await withDeadline(asked, PARSE_WITHIN_MS, () => new Error("the sandbox did not answer in time"));
    if (!parsed.ok) return refuse(parsed.error.problem);
    const derived = await this.#seal(store, version.id, parsed.value.derived);
    const profile = JSON.stringify(parsed.value.profile);
    items.setReading(version.id, { reading: "yes", problem: null, profile, derived: JSON.stringify(derived) });
  }

  async #seal(
    store: SealedStore,
    versionId: string,
    files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  ): Promise<NewFile["derived"]> {
    const derived: NewFile["derived"][number][] = [];
    for (const [index, file] of files.entries()) {
      const key = `${this.#ground.projectOf()}/files/${versionId}/derived/${index}`;
      derived.push({ path: file.path, key, ...(await store.put(key, file.bytes)) });
    }
    return derived;
  }

  #store(): SealedStore {
    const { env } = this.#ground;
    return createSealedStore(env.BUCKET, () => projectKey(env, this.#ground.projectOf()));
  }
}

/** Null for bytes that are no text. */
function asText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return text.includes("\u0000") ? null : text;
  } catch {
    return null;
  }
}

const documentProfile = (version: VersionRow, name: string, text: string): FileProfile => ({
  fileId: version.id,
  name,
  kind: "document",
  mediaType: version.media_type,
  delimiter: null,
  tables: [],
  textPath: name,
  textLength: text.length,
  excerpt: text.slice(0, 2000),
  language: detectLanguage(text),
});
