import type { SearchHit, SearchPage, SearchQuery } from "../../shared/api/files.ts";
import type { ItemRow } from "./items.ts";
import { parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";
import { nameMarks, queryWords, snippetOf } from "./query.ts";
import type { Reader } from "./reader.ts";
import { TOP } from "./tree.ts";
import type { Words } from "./words.ts";

/** Finds files by name and by what they hold. A query is words, whatever it holds. */
export class Search {
  readonly #ground: Ground;
  readonly #words: Words;
  readonly #reader: Reader;

  constructor(ground: Ground, words: Words, reader: Reader) {
    this.#ground = ground;
    this.#words = words;
    this.#reader = reader;
  }

  page(query: SearchQuery): SearchPage {
    const indexing = this.#reader.waiting();
    const words = queryWords(query.q);
    const place = this.#place(query.folder);
    if (words.length === 0 || place === null) return { items: [], nextCursor: null, indexing };
    const named = this.#words.named(words);
    const holding = this.#words.holding(words);
    const inText = new Set(holding);
    const skip = query.cursor === undefined ? 0 : Math.max(0, Number.parseInt(query.cursor, 36) || 0);
    const isThere = this.#inFolder(place);
    const items: SearchHit[] = [];
    let matched = 0;
    for (const seq of new Set([...named, ...holding])) {
      const item = this.#ground.items.bySeq(seq);
      if (!item || !isWanted(item, query) || !isThere(item.folder)) continue;
      matched += 1;
      if (matched <= skip) continue;
      if (items.length === query.limit) return { items, nextCursor: (matched - 1).toString(36), indexing };
      items.push({
        file: this.#ground.items.entry(item),
        nameMarks: nameMarks(item.name, words),
        snippet: inText.has(seq) ? snippetOf(this.#words.text(seq), words) : null,
      });
    }
    return { items, nextCursor: null, indexing };
  }

  /** Null when there is no such folder. */
  #place(path: string): number | null {
    const names = parsePath(path);
    return names && (this.#ground.tree.find(names)?.id ?? null);
  }

  /** Whether a folder is the place or below it, and not in the bin. Asked once for each folder. */
  #inFolder(place: number): (folder: number) => boolean {
    const known = new Map<number, boolean>();
    return (folder) => {
      const before = known.get(folder);
      if (before !== undefined) return before;
      const chain = this.#ground.tree.chain(folder);
      const isLive = chain.every((one) => one.bin === null);
      const answer = isLive && (place === TOP || chain.some((one) => one.id === place));
      known.set(folder, answer);
      return answer;
    };
  }
}

const isWanted = (item: ItemRow, { kind, origin }: SearchQuery): boolean =>
  item.bin === null && (kind === "any" || item.kind === kind) && (origin === "any" || item.origin === origin);
