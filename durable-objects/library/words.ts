import { fold, indexText, nameExpression, textExpression } from "./query.ts";

/** Of a file's texts this much is searched; of a larger one the beginning. */
export const TEXT_CHARS = 64 * 1024;
/** Matches looked at for one search, best first. */
const MAX_MATCHES = 2000;

/** The words of names and contents, by the file's row. Letters and digits only, folded, so that spellings meet. */
export class Words {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  setName(item: number, name: string): void {
    this.#sql.exec("DELETE FROM name_words WHERE rowid = ?", item);
    this.#sql.exec("INSERT INTO name_words (rowid, name) VALUES (?, ?)", item, fold(name));
  }

  /** "" for a file without text. */
  setText(item: number, text: string): void {
    this.#sql.exec("DELETE FROM text_words WHERE rowid = ?", item);
    if (text.trim() === "") {
      this.#sql.exec("DELETE FROM texts WHERE item = ?", item);
      return;
    }
    this.#sql.exec("INSERT OR REPLACE INTO texts VALUES (?, ?)", item, text);
    this.#sql.exec("INSERT INTO text_words (rowid, text) VALUES (?, ?)", item, indexText(text));
  }

  forget(item: number): void {
    this.#sql.exec("DELETE FROM name_words WHERE rowid = ?", item);
    this.#sql.exec("DELETE FROM text_words WHERE rowid = ?", item);
    this.#sql.exec("DELETE FROM texts WHERE item = ?", item);
  }

  /** Files with all words in their names, newest first. */
  named(words: readonly string[]): number[] {
    const expression = nameExpression(words);
    const short = words.filter((word) => [...word].length < 3);
    const all = `SELECT seq, name FROM items WHERE ${expression === "" ? "" : "seq IN (SELECT rowid FROM name_words WHERE name_words MATCH ?) AND"} bin IS NULL ORDER BY seq DESC`;
    const found: number[] = [];
    const rows = this.#sql.exec<{ seq: number; name: string }>(all, ...(expression === "" ? [] : [expression]));
    for (const { seq, name } of rows) {
      const folded = short.length > 0 ? fold(name) : "";
      if (short.every((word) => folded.includes(word))) found.push(seq);
      if (found.length >= MAX_MATCHES) break;
    }
    return found;
  }

  /** Files with all words in what they hold, best first. */
  holding(words: readonly string[]): number[] {
    const query = "SELECT rowid AS item FROM text_words WHERE text_words MATCH ? ORDER BY rank LIMIT ?";
    return this.#sql
      .exec<{ item: number }>(query, textExpression(words), MAX_MATCHES)
      .toArray()
      .map((row) => row.item);
  }

  text(item: number): string {
    return this.#sql.exec<{ text: string }>("SELECT text FROM texts WHERE item = ?", item).toArray()[0]?.text ?? "";
  }
}
