import type { KnownTable } from "./columns.ts";
import { columnByWords } from "./columns.ts";
import { draft, finish } from "./draft.ts";
import { ReaderHeads } from "./reading/reader-heads.ts";
import { ARABIC_STOP, asGroup, COMMUNICATION, DATED, fnName, isKnown, STOP, unitName } from "./reading/vocabulary.ts";
import type { Item } from "./scan.ts";
import type { AskedGroup, Ref, Understanding } from "./spec.ts";
import { fold } from "./words.ts";

/**
 * Reads a request about tables, word by word from the left: heads (total, average, overdue, duplicates, summary …)
 * open tasks; "by", "sort", conditions and columns complete the task that is open.
 */
export function understand(request: string, tables: readonly KnownTable[], today: string): Understanding {
  return new Reader(request, tables, today).read();
}

const hasGroup = (target: { readonly groups: readonly AskedGroup[] }, { ref, unit }: AskedGroup): boolean =>
  target.groups.some(
    (known) =>
      known.unit === unit &&
      (ref === null || known.ref === null
        ? ref === known.ref
        : (ref.column !== null && ref.column === known.ref.column) || fold(ref.text) === fold(known.ref.text)),
  );

class Reader extends ReaderHeads {
  read(): Understanding {
    for (let at = 0; at < this.items.length; ) at += Math.max(1, this.step(at));
    this.close();
    return {
      tasks: this.tasks.map(finish),
      tables: this.named,
      impossible: [...this.impossible],
      unknown: this.unknown,
    };
  }

  /** Reads the item at `at`; gives how many items it took. */
  protected step(at: number): number {
    const item = this.items[at];
    if (!item) return 1;
    const has = (...names: string[]) => names.some((name) => item.concepts.has(name));
    for (const concept of item.concepts)
      if (concept.startsWith("impossible:") && item.value === null) this.impossible.add(concept.slice(11));
    const table = this.tableNamed(item);
    if (table !== null) {
      this.named.push(table);
      return 1;
    }
    const asFilter = this.condition(item, at);
    if (asFilter > 0) return asFilter;
    const lacking =
      has("not") && /^(without|with no|بدون|من غير)$/.test(fold(item.text)) ? this.items[at + 1] : undefined;
    const lacked = lacking && lacking.value === null ? this.refOf(lacking) : null;
    if (lacked) {
      this.filter({ kind: "empty", ref: lacked, not: false });
      return 2;
    }
    if (has("not") && !has("unpaid")) {
      this.negated = true;
      return 1;
    }
    if (has("share")) {
      const target = this.dataTask() ?? this.start("aggregate", item);
      target.share = true;
      return 1;
    }
    if (has("duplicates")) return this.duplicates(item);
    if (has("overdue")) return this.overdue(item, at);
    if (has("flag")) {
      this.flagging = true;
      this.listing = true;
      if (this.current?.kind === "overdue" && !item.separated) this.current.flag = true;
      if (this.current?.kind === "overdue") this.current.flag = true;
      return 1;
    }
    if (has("summary", "message", "impossible:send") || (has("email", "whatsapp") && this.writes()))
      return this.communicate(item);
    if (has("sort")) return this.sort(item);
    if (has("desc", "asc") && (this.current?.order || this.mode === "sort"))
      return this.direction(has("desc") ? "desc" : "asc");
    if (has("by")) return this.by(item, at);
    const adjective = [...item.concepts].find((concept) => concept.startsWith("adj:"));
    if (adjective && !item.column) return this.group({ ref: null, unit: unitName(adjective.slice(4)) }, item);
    if (this.mode === "group") {
      const unit = [...item.concepts].find((concept) => concept.startsWith("unit:"));
      if (unit && !(item.column && !this.isDate(item.column)) && (this.fresh || item.separated))
        return this.groupUnit(unit, item, at);
    }
    if (has("top", "bottom") && !has("fn:max", "fn:min")) return this.rank(item, at, has("top") ? "desc" : "asc");
    if (has("compare")) {
      this.comparing = true;
      this.mode = "group";
      this.fresh = true;
      if (!this.dataTask()) this.start("aggregate", item);
      return 1;
    }
    const fn = [...item.concepts].find((concept) => concept.startsWith("fn:"));
    if (fn && !(this.mode === "group" && item.column !== null && this.fresh))
      return this.function(fnName(fn.slice(3)), item, at);
    if (has("list") && !item.column && item.roles.length === 0) {
      this.listing = true;
      if (this.mode === "group") this.mode = "none";
      return 1;
    }
    if (has("rownoun") && !item.column) return this.rowNoun(item, at);
    const ref = this.refOf(item);
    if (ref) return this.mention(ref, item, at);
    this.leftOver(item);
    return 1;
  }

  protected rowNoun(item: Item, at: number): number {
    this.rows = true;
    if (this.mode === "sort" && !this.sortKey && !this.dataTask()) {
      const one = this.start("rows", item);
      one.order = { ref: null, dir: null };
      this.mode = "sort";
      return 1;
    }
    if (this.mode === "group" || this.mode === "keys") {
      const next = this.items[at + 1];
      if (this.mode === "keys" && next && this.refOf(next)) return 1;
      const asColumn = this.fresh && this.mode === "group" ? this.refOf(item, "group") : null;
      if (asColumn && isKnown(this.tables, asColumn)) return this.mention(asColumn, item, at);
      this.mode = "none";
    }
    return 1;
  }

  protected groupUnit(concept: string, item: Item, at: number): number {
    const unit = unitName(concept.slice(5));
    const link = this.items[at + 1];
    const of = link?.concepts.has("for") ? this.items[at + 2] : link;
    const ref = of && !of.separated ? this.refOf(of, "date") : null;
    const dated =
      ref && (DATED.has(ref.role ?? "client") || (ref.column !== null && this.isDate(ref.column))) ? ref : null;
    this.group({ ref: dated, unit }, item);
    return dated ? (of === link ? 2 : 3) : 1;
  }

  protected group(group: AskedGroup, item: Item): number {
    let target = this.current;
    if (!target || COMMUNICATION.has(target.kind) || target.kind === "rows" || target.kind === "duplicates") {
      target =
        this.tasks.find((one) => one.kind === "aggregate" && one.groups.length === 0) ?? this.start("aggregate", item);
      if (target.groups.length === 0 && this.pendingRefs.length > 0) {
        const numeric = this.pendingRefs.filter((ref) => this.isNumericRef(ref));
        target.measures.push(...numeric.map((ref) => ({ fn: "sum" as const, ref })));
        this.pendingRefs = [];
      }
      this.current = target;
    }
    // "totals by client and month and the average per client": what is grouped anew is a table of its own.
    if (target.kind === "aggregate" && target.measures.length > 1 && this.lastFn !== null && hasGroup(target, group)) {
      const [last] = target.measures.splice(-1);
      target = this.start("aggregate", item);
      if (last) target.measures.push(last);
    }
    if (!hasGroup(target, group)) target.groups.push(group);
    this.mode = "group";
    this.fresh = false;
    this.lastFn = null;
    this.lastGrouped = true;
    return 1;
  }

  protected mention(ref: Ref, item: Item, at: number): number {
    const target = this.current;
    if (this.mode === "sort") {
      const one = target && !COMMUNICATION.has(target.kind) ? target : null;
      if (!this.sortKey && !this.isNumericRef(ref) && !DATED.has(ref.role ?? "client")) {
        const started = one?.kind === "aggregate" ? one : this.start("aggregate", item);
        if (started.groups.length === 0) started.groups.push({ ref, unit: null });
        started.order = { ref: null, dir: "desc" };
        this.mode = "sort";
        return 1;
      }
      const sorted = one ?? this.start("rows", item);
      sorted.order = { ref, dir: sorted.order?.dir ?? null };
      this.mode = "none";
      this.lastRef = ref;
      return 1;
    }
    if (this.mode === "keys" && target && (this.fresh || item.separated)) {
      target.keys.push(ref);
      this.fresh = false;
      return 1;
    }
    if (this.mode === "group" && (this.fresh || item.separated)) {
      const ranked = target?.kind === "aggregate" && target.limit !== null && this.isNumericRef(ref);
      if (ranked && target) {
        target.measures = [{ fn: "sum", ref }];
        this.mode = "none";
        return 1;
      }
      if (this.fresh && (!this.isNumericRef(ref) || item.column !== null)) return this.group({ ref, unit: null }, item);
      if (!this.isNumericRef(ref) && !this.isDateRef(ref)) return this.group({ ref, unit: null }, item);
    }
    if (this.mode === "group") this.mode = "none";
    this.lastGrouped = false;
    const conditionFollows =
      ["is", "contains", "not", "between", "empty"].some((name) => this.items[at + 1]?.concepts.has(name)) ||
      [...(this.items[at + 1]?.concepts ?? [])].some((one) => one.startsWith("op:"));
    const measure = target?.kind === "aggregate" ? target.measures.at(-1) : undefined;
    if (target && measure && !conditionFollows && this.lastFn !== null) {
      if (measure.fn === "count" && measure.ref === null && this.isNumericRef(ref)) {
        target.measures[target.measures.length - 1] = { fn: "sum", ref };
      } else if (measure.fn === "count" && measure.ref === null && ref.role !== "number") {
        target.measures[target.measures.length - 1] = { fn: "distinct", ref };
        this.lastFn = null;
      } else if ((measure.fn === "distinct" || this.isNumericRef(ref) || this.isDateRef(ref)) && measure.ref === null) {
        target.measures[target.measures.length - 1] = { fn: measure.fn, ref };
      } else if (item.separated && this.isNumericRef(ref)) {
        target.measures.push({ fn: measure.fn, ref });
      }
    } else if (!target && (!conditionFollows || !this.isNumericRef(ref))) this.pendingRefs.push(ref);
    else if (target?.kind === "aggregate" && !conditionFollows && item.separated) this.pendingRefs.push(ref);
    this.lastRef = ref;
    return 1;
  }

  protected leftOver(item: Item): void {
    const word = fold(item.text);
    if (
      item.kind !== "word" ||
      STOP.has(word) ||
      ARABIC_STOP.has(word) ||
      ARABIC_STOP.has(word.replace(/^[وف]/, "")) ||
      item.concepts.size > 0
    )
      return;
    if ((this.mode === "group" || this.mode === "keys") && (this.fresh || item.separated)) {
      const known = this.tables.map((table) => columnByWords(table, item.text)).find((one) => one !== null);
      const ref: Ref = { column: known?.name ?? null, role: null, text: item.text };
      if (this.mode === "keys") this.current?.keys.push(ref);
      else this.group({ ref, unit: null }, item);
      return;
    }
    const near =
      word.length >= 4
        ? this.tables.map((table) => columnByWords(table, item.text)).find((one) => one !== null)
        : undefined;
    if (near) this.mention({ column: near.name, role: null, text: item.text }, item, -1);
    else this.unknown.push(item.text);
  }

  /** At the end: what was said without a head becomes a list; conditions said before any head hold for all. */
  protected close(): void {
    const data = this.tasks.filter((one) => !COMMUNICATION.has(one.kind));
    if (data.length === 0 && (this.pending.length > 0 || this.global.length > 0 || (this.listing && this.rows))) {
      const rows = draft("rows");
      rows.flag = this.flagging;
      rows.filters.push(...this.pending.splice(0), ...this.global.splice(0));
      this.tasks.unshift(rows);
    } else if (data.length === 0 && this.pendingRefs.length > 0 && (this.listing || this.rows)) {
      const one = draft("aggregate");
      for (const ref of this.pendingRefs)
        if (this.isNumericRef(ref)) one.measures.push({ fn: "sum", ref });
        else if (!this.isDateRef(ref) || asGroup(ref).unit !== null) one.groups.push(asGroup(ref));
      this.tasks.unshift(one);
    }
    for (const one of data)
      if (
        this.comparing &&
        one.kind === "aggregate" &&
        one.groups.length === 0 &&
        one.filters.some((filter) => filter.kind === "months")
      )
        one.groups.push({ ref: null, unit: "month" });
    for (const one of this.tasks) if (!COMMUNICATION.has(one.kind)) one.filters.push(...this.global);
    this.tasks.sort((a, b) => Number(COMMUNICATION.has(a.kind)) - Number(COMMUNICATION.has(b.kind)));
  }
}
