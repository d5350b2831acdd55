import type { KnownTable } from "./columns.ts";
import { candidates, columnByWords } from "./columns.ts";
import type { Draft } from "./draft.ts";
import { draft, finish } from "./draft.ts";
import type { Item } from "./scan.ts";
import { scan } from "./scan.ts";
import type { AskedFilter, AskedGroup, Fn, NumberOp, Ref, Role, TaskKind, Understanding, Unit } from "./spec.ts";
import { spanAt, whenAt } from "./when.ts";
import { fold, hasArabic } from "./words.ts";

const NUMERIC: ReadonlySet<Role> = new Set(["amount", "balance", "paidAmount", "tax", "quantity", "price"]);
const DATED: ReadonlySet<Role> = new Set(["date", "due", "paidDate"]);
const GROUPED: readonly Role[] = [
  "client",
  "supplier",
  "product",
  "category",
  "person",
  "place",
  "method",
  "status",
  "currency",
];
const COMMUNICATION: ReadonlySet<TaskKind> = new Set(["summary", "message"]);

/**
 * Reads a request about tables, word by word from the left: heads (total, average, overdue, duplicates, summary …)
 * open tasks; "by", "sort", conditions and columns complete the task that is open.
 */
export function understand(request: string, tables: readonly KnownTable[], today: string): Understanding {
  return new Reader(request, tables, today).read();
}

class Reader {
  readonly #items: Item[];
  readonly #tables: readonly KnownTable[];
  readonly #today: string;
  readonly #tasks: Draft[] = [];
  readonly #global: AskedFilter[] = [];
  readonly #impossible = new Set<string>();
  readonly #unknown: string[] = [];
  readonly #named: string[] = [];
  #current: Draft | null = null;
  #mode: "none" | "group" | "sort" | "keys" = "none";
  /** In sort mode: whether "by" was said, so that what follows is the key. */
  #sortKey = false;
  #fresh = false;
  #pending: AskedFilter[] = [];
  #pendingRefs: Ref[] = [];
  #listing = false;
  #flagging = false;
  #rows = false;
  #negated = false;
  #comparing = false;
  #lastRef: Ref | null = null;
  #lastFn: Fn | null = null;
  #lastGrouped = false;

  constructor(request: string, tables: readonly KnownTable[], today: string) {
    this.#tables = tables;
    this.#today = today;
    this.#items = joinSeparators(scan(request, tables));
  }

  read(): Understanding {
    for (let at = 0; at < this.#items.length; ) at += Math.max(1, this.#step(at));
    this.#close();
    return {
      tasks: this.#tasks.map(finish),
      tables: this.#named,
      impossible: [...this.#impossible],
      unknown: this.#unknown,
    };
  }

  /** Reads the item at `at`; gives how many items it took. */
  #step(at: number): number {
    const item = this.#items[at];
    if (!item) return 1;
    const has = (...names: string[]) => names.some((name) => item.concepts.has(name));
    for (const concept of item.concepts)
      if (concept.startsWith("impossible:") && item.value === null) this.#impossible.add(concept.slice(11));
    const table = this.#tableNamed(item);
    if (table !== null) {
      this.#named.push(table);
      return 1;
    }
    const asFilter = this.#condition(item, at);
    if (asFilter > 0) return asFilter;
    if (has("not") && !has("unpaid")) {
      this.#negated = true;
      return 1;
    }
    if (has("share")) {
      const target = this.#dataTask() ?? this.#start("aggregate", item);
      target.share = true;
      return 1;
    }
    if (has("duplicates")) return this.#duplicates(item);
    if (has("overdue")) return this.#overdue(item, at);
    if (has("flag")) {
      this.#flagging = true;
      this.#listing = true;
      if (this.#current?.kind === "overdue" && !item.separated) this.#current.flag = true;
      if (this.#current?.kind === "overdue") this.#current.flag = true;
      return 1;
    }
    if (has("summary", "message", "impossible:send") || (has("email", "whatsapp") && this.#writes()))
      return this.#communicate(item);
    if (has("sort")) return this.#sort(item);
    if (has("desc", "asc") && (this.#current?.order || this.#mode === "sort"))
      return this.#direction(has("desc") ? "desc" : "asc");
    if (has("by")) return this.#by(item, at);
    const adjective = [...item.concepts].find((concept) => concept.startsWith("adj:"));
    if (adjective && !item.column) return this.#group({ ref: null, unit: unitName(adjective.slice(4)) }, item);
    if (this.#mode === "group") {
      const unit = [...item.concepts].find((concept) => concept.startsWith("unit:"));
      if (unit && !(item.column && !this.#isDate(item.column)) && (this.#fresh || item.separated))
        return this.#groupUnit(unit, item, at);
    }
    if (has("top", "bottom") && !has("fn:max", "fn:min")) return this.#rank(item, at, has("top") ? "desc" : "asc");
    if (has("compare")) {
      this.#comparing = true;
      this.#mode = "group";
      this.#fresh = true;
      if (!this.#dataTask()) this.#start("aggregate", item);
      return 1;
    }
    const fn = [...item.concepts].find((concept) => concept.startsWith("fn:"));
    if (fn && !(this.#mode === "group" && item.column !== null && this.#fresh))
      return this.#function(fnName(fn.slice(3)), item, at);
    if (has("list") && !item.column && item.roles.length === 0) {
      this.#listing = true;
      if (this.#mode === "group") this.#mode = "none";
      return 1;
    }
    if (has("rownoun") && !item.column) return this.#rowNoun(item, at);
    const ref = this.#refOf(item);
    if (ref) return this.#mention(ref, item, at);
    this.#leftOver(item);
    return 1;
  }

  // --- conditions -------------------------------------------------------------------------------------------

  /** Conditions: paid, empty, comparisons, times, values. 0 when the item is none. */
  #condition(item: Item, at: number): number {
    const has = (...names: string[]) => names.some((name) => item.concepts.has(name));
    const next = this.#items[at + 1];
    if (has("unpaid", "paid") && this.#mode !== "group" && !item.column) {
      const asColumn: Role = has("unpaid") ? "balance" : "paidAmount";
      const measured = this.#lastFn !== null && item.roles.includes(asColumn) && this.#hasRole(asColumn);
      if (measured) return 0;
      this.#filter({ kind: "paid", paid: has("paid") && !has("unpaid") ? !this.#negated : false });
      this.#negated = false;
      return 1;
    }
    if (has("empty") && !item.column) {
      this.#filter({ kind: "empty", ref: this.#refNear(at), not: this.#negated });
      this.#negated = false;
      return 1;
    }
    if (has("olderthan")) {
      const span = spanAt(this.#items, at + 1);
      if (span) return 1 + this.#age(span, item);
    }
    if (has("overdue") && next?.concepts.has("olderthan")) return 0;
    const compared = this.#comparison(item, at);
    if (compared > 0) return compared;
    const timed = this.#time(item, at);
    if (timed > 0) return timed;
    return this.#value(item, at);
  }

  #age(span: { days: number; taken: number }, item: Item): number {
    if (this.#current?.kind === "overdue") this.#current.days = span.days;
    else {
      const last = [...(this.#current?.filters ?? []), ...this.#pending].findLast((one) => one.kind === "overdue");
      if (last) this.#replaceFilter(last, { kind: "overdue", days: span.days, basis: "due" });
      else if (this.#current?.kind === "aggregate" && !item.separated)
        this.#filter({ kind: "overdue", days: span.days, basis: "date" });
      else {
        const started = this.#start("overdue", item);
        started.days = span.days;
        started.basis = "date";
      }
    }
    return span.taken;
  }

  #replaceFilter(old: AskedFilter, by: AskedFilter): void {
    const swap = (list: AskedFilter[]) => {
      const at = list.indexOf(old);
      if (at >= 0) list[at] = by;
    };
    if (this.#current) swap(this.#current.filters);
    swap(this.#pending);
  }

  #comparison(item: Item, at: number): number {
    const op = [...item.concepts].find((concept) => concept.startsWith("op:"));
    const value = numberAt(this.#items, at + 1);
    if (item.concepts.has("between")) {
      const first = value;
      const joint = this.#items[at + 2];
      const second = joint && isJoint(joint) ? numberAt(this.#items, at + 3) : numberAt(this.#items, at + 2);
      if (first !== null && second !== null && !whenAt(this.#items, at + 1, this.#today)) {
        this.#compare("between", first, second, at);
        return joint && isJoint(joint) ? 4 : 3;
      }
    }
    if (
      op === undefined ||
      value === null ||
      (this.#items[at + 1]?.kind === "number" &&
        whenAt(this.#items, at + 1, this.#today)?.kind === "range" &&
        /[/-]/.test(this.#items[at + 1]?.text ?? ""))
    )
      return 0;
    this.#compare(numberOp(op.slice(3)), value, null, at);
    const after = this.#items[at + 2];
    return after && CURRENCY_WORD.test(fold(after.text)) ? 3 : 2;
  }

  #compare(op: NumberOp, value: string, to: string | null, at: number): void {
    const taken = to === null ? 2 : 4;
    const after = this.#items[at + taken];
    const counted = after?.concepts.has("rownoun") === true && !after.column;
    const target = this.#current;
    if (this.#negated) this.#negated = false;
    if (target?.kind === "aggregate" && (counted || (this.#lastFn !== null && this.#lastRefIsMeasured()))) {
      const measure = counted
        ? { fn: "count" as const, ref: null }
        : (target.measures.at(-1) ?? { fn: "sum" as const, ref: null });
      target.having.push({ measure, op, value, to });
      return;
    }
    if (counted && this.#pendingRefs.length > 0) {
      const started = this.#start("aggregate", after);
      started.groups.push(...this.#pendingRefs.splice(0).map(asGroup));
      started.measures.push({ fn: "count", ref: null });
      started.having.push({ measure: { fn: "count", ref: null }, op, value, to });
      return;
    }
    this.#filter({ kind: "number", ref: this.#numericRef(), op, value, to });
  }

  #lastRefIsMeasured = (): boolean => (this.#current?.groups.length ?? 0) > 0 && this.#lastFn !== null;

  #time(item: Item, at: number): number {
    const { concepts } = item;
    const open = concepts.has("after") || concepts.has("before");
    const joint = concepts.has("between") || concepts.has("after");
    if (joint) {
      const first = whenAt(this.#items, at + 1, this.#today);
      const link = first ? this.#items[at + 1 + first.taken] : undefined;
      const second = first && link && isJoint(link) ? whenAt(this.#items, at + 2 + first.taken, this.#today) : null;
      if (first && second) {
        this.#filter(spanFilter(first, second, this.#today, this.#dateRef()));
        return 2 + first.taken + second.taken;
      }
    }
    if (open || (concepts.has("between") && fold(item.text) !== "between")) {
      const when = whenAt(this.#items, at + 1, this.#today);
      if (when) {
        const range = rangeOf(when, this.#today);
        const word = fold(item.text);
        const inclusive = /since|from|start|منذ|من|ابتداء|اعتبارا|until|till|up to|end|حتي|لغايه|لين/.test(word);
        const bounds = concepts.has("before")
          ? { from: null, to: inclusive ? range.to : dayBefore(range.from) }
          : { from: inclusive ? range.from : dayAfter(range.to), to: null };
        this.#filter({ kind: "date", ref: this.#dateRef(), ...bounds });
        return 1 + when.taken;
      }
    }
    if (
      this.#mode === "group" &&
      this.#fresh &&
      [...concepts].some((one) => one.startsWith("unit:")) &&
      !whenAt(this.#items, at, this.#today)
    )
      return 0;
    const when = whenAt(this.#items, at, this.#today);
    if (!when) return 0;
    let taken = when.taken;
    if (when.kind === "months") {
      const months = [...when.months];
      for (
        let more = this.#items[at + taken];
        more?.separated || (more && isJoint(more));
        more = this.#items[at + taken]
      ) {
        const skip = isJoint(more) ? 1 : 0;
        const next = whenAt(this.#items, at + taken + skip, this.#today);
        if (next?.kind !== "months") break;
        months.push(...next.months);
        taken += skip + next.taken;
      }
      this.#filter({ kind: "months", ref: this.#dateRef(), months: [...new Set(months)] });
    } else this.#filter({ kind: "date", ref: this.#dateRef(), from: when.range.from, to: when.range.to });
    return taken;
  }

  /** A value to keep or leave out: quoted, seen in the file, or a name after "for", "only", "is", "not". */
  #value(item: Item, at: number): number {
    const before = this.#items[at - 1];
    const led =
      before !== undefined && ["only", "is", "not", "contains", "for"].some((name) => before.concepts.has(name));
    const mode = before?.concepts.has("contains") ? "contains" : "is";
    if (item.kind === "literal" && item.column === null)
      return this.#textFilter([item.value?.value ?? item.text], item, mode, at, 1);
    const afterOwnColumn = item.value !== null && this.#lastRef?.column === item.value.column;
    const plain = item.roles.length === 0 && item.concepts.size === 0 && item.column === null;
    if (item.value !== null && (plain || afterOwnColumn || (led && before?.concepts.has("only")))) {
      const longer = this.#nameFrom(at);
      return longer.taken > 1
        ? this.#textFilter([longer.text], item, mode, at, longer.taken)
        : this.#textFilter([item.value.value], item, mode, at, 1);
    }
    if (!plain || item.kind !== "word" || this.#mode === "group") return 0;
    if (this.#current && COMMUNICATION.has(this.#current.kind)) return 0;
    const strong = before !== undefined && ["only", "is", "not", "contains"].some((name) => before.concepts.has(name));
    const named =
      item.capital &&
      (led || (before !== undefined && this.#refOf(before) !== null && this.#lastRef !== null && !this.#lastGrouped));
    const arabic = hasArabic(item.text) && (strong || this.#arabicName(at)) && !ARABIC_STOP.has(fold(item.text));
    if (!named && !arabic && !(strong && this.#lastRef !== null && !STOP.has(fold(item.text)))) return 0;
    const name = this.#nameFrom(at);
    return this.#textFilter([name.text], item, mode, at, name.taken);
  }

  /** A name goes on while its words are capitalised (or Arabic) and mean nothing else. */
  #nameFrom(at: number): { text: string; taken: number } {
    const words = [this.#items[at]?.text ?? ""];
    for (let more = this.#items[at + words.length]; more && !more.separated; more = this.#items[at + words.length]) {
      const capital = more.capital || (hasArabic(more.text) && !ARABIC_STOP.has(fold(more.text)));
      if (more.kind !== "word" || !capital || more.concepts.size > 0 || more.column !== null || more.value !== null)
        break;
      words.push(more.text);
    }
    return { text: words.join(" "), taken: words.length };
  }

  #arabicName(at: number): boolean {
    const before = this.#items[at - 1];
    return (
      before !== undefined && before.roles.length > 0 && /^(ل|لل|بال|حق)/.test(fold(before.text)) && !this.#lastGrouped
    );
  }

  #textFilter(values: string[], item: Item, mode: "is" | "contains", at: number, taken: number): number {
    let total = taken;
    for (;;) {
      const link = this.#items[at + total];
      const skip = link && isJoint(link) ? 1 : 0;
      const more = this.#items[at + total + skip];
      if (!more || !(skip === 1 || more.separated)) break;
      const value = more.value?.value ?? (more.kind === "literal" && more.column === null ? more.text : null);
      if (value === null || (more.concepts.size > 0 && more.kind !== "literal")) break;
      values.push(value);
      total += skip + 1;
    }
    const own: Ref | null = item.value ? { column: item.value.column, role: null, text: item.value.column } : null;
    const last = this.#lastRef && !this.#isNumericRef(this.#lastRef) && !this.#lastGrouped ? this.#lastRef : null;
    this.#filter({ kind: "text", ref: last ?? own, mode, not: this.#negated, values });
    this.#negated = false;
    return total;
  }

  #filter(filter: AskedFilter): void {
    this.#mode = this.#mode === "sort" ? "sort" : "none";
    if (this.#current && !COMMUNICATION.has(this.#current.kind)) this.#current.filters.push(filter);
    else if (this.#current) this.#global.push(filter);
    else this.#pending.push(filter);
  }

  // --- heads ------------------------------------------------------------------------------------------------

  #start(kind: TaskKind, item: Item | undefined): Draft {
    if (this.#pending.length > 0 && this.#listing && this.#rows && item?.separated && this.#current === null) {
      const rows = draft("rows");
      rows.filters.push(...this.#pending.splice(0));
      rows.flag = this.#flagging;
      this.#tasks.push(rows);
    }
    this.#global.push(...this.#pending.splice(0));
    const one = draft(kind);
    this.#tasks.push(one);
    this.#current = one;
    this.#mode = "none";
    this.#listing = false;
    this.#lastFn = null;
    return one;
  }

  #function(fn: Fn, item: Item, at: number): number {
    const span = item.wholeConcept ? null : this.#refOf(item, "measure");
    const exact =
      item.column !== null && this.#isNumericColumn(item.column)
        ? { column: item.column, role: null, text: item.text }
        : span;
    if (this.#mode === "sort" && this.#current && (this.#sortKey || this.#current.kind === "aggregate")) {
      this.#current.order = { ref: exact, dir: this.#current.order?.dir ?? null };
      if (this.#current.kind === "aggregate") this.#current.measures = [{ fn, ref: exact }];
      this.#mode = "none";
      this.#lastFn = fn;
      return 1;
    }
    const ranked =
      this.#mode === "group" && this.#fresh && this.#current?.kind === "aggregate" && this.#current.limit !== null;
    let target = this.#current;
    if (ranked && target) target.measures = [{ fn, ref: exact }];
    else {
      const closed = target !== null && item.separated && target.groups.length > 0;
      const repeat =
        target?.measures.some((one) => one.fn === fn) &&
        (closed || ((target?.groups.length ?? 0) > 0 && target?.having.length === 0 && this.#pendingRefs.length > 0));
      if (target?.kind !== "aggregate" || closed || repeat) target = this.#start("aggregate", item);
      target.measures.push({ fn, ref: exact });
    }
    const lead = this.#pendingRefs.at(-1);
    const leading = this.#items[at - 1];
    if (
      lead &&
      target.groups.length === 0 &&
      ((leading && this.#refOf(leading) !== null) || fn === "max" || fn === "min")
    ) {
      target.groups.push(asGroup(lead));
      if (fn === "max" || fn === "min") {
        target.measures = [{ fn: "sum", ref: exact }];
        target.limit = 1;
        target.order = { ref: null, dir: fn === "max" ? "desc" : "asc" };
      }
    }
    this.#pendingRefs = [];
    this.#mode = "none";
    this.#lastFn = fn;
    this.#lastRef = exact;
    this.#lastGrouped = false;
    return 1;
  }

  #duplicates(item: Item): number {
    if (this.#negated) {
      this.#negated = false;
      this.#impossible.add("dedupe");
    }
    if (this.#current?.kind !== "duplicates") {
      const started = this.#start("duplicates", item);
      started.flag = this.#flagging;
      for (const ref of this.#pendingRefs.splice(0)) started.keys.push(ref);
    }
    this.#mode = "keys";
    this.#fresh = true;
    return 1;
  }

  #overdue(item: Item, at: number): number {
    const next = this.#items[at + 1];
    let taken = 1;
    let days = 0;
    const span = next?.concepts.has("olderthan") ? spanAt(this.#items, at + 2) : spanAt(this.#items, at + 1);
    if (span) {
      days = span.days;
      taken += span.taken + (next?.concepts.has("olderthan") ? 1 : 0);
    }
    const target = this.#current;
    if (this.#negated) {
      this.#negated = false;
      return taken;
    }
    const part =
      target?.kind === "aggregate" &&
      !item.separated &&
      target.groups.length === 0 &&
      target.measures.length > 0 &&
      !this.#flagging;
    const ranked = target?.kind === "aggregate" && target.limit !== null && !item.separated && !this.#flagging;
    if (part || ranked) {
      this.#filter({ kind: "overdue", days, basis: "due" });
      return taken;
    }
    const known = this.#tasks.find((one) => one.kind === "overdue");
    const one = known ?? this.#start("overdue", item);
    this.#current = one;
    one.days = Math.max(one.days, days);
    one.flag ||= this.#flagging;
    this.#flagging = false;
    this.#mode = "none";
    this.#pendingRefs = [];
    return taken;
  }

  #communicate(item: Item): number {
    const kind: TaskKind = item.concepts.has("summary") ? "summary" : "message";
    const known = this.#tasks.find((one) => COMMUNICATION.has(one.kind));
    const one = known ?? this.#start(kind, item);
    if (known) this.#mode = "none";
    if (kind === "message" && one.kind === "summary") one.flag = true;
    if (item.concepts.has("email")) one.channel = "email";
    if (item.concepts.has("whatsapp")) one.channel = "whatsapp";
    this.#current = one;
    return 1;
  }

  #writes(): boolean {
    return (
      this.#tasks.some((one) => COMMUNICATION.has(one.kind)) ||
      this.#items.some(
        (item) =>
          /^(write|draft|compose|prepare|create|اكتب|اكتبلي|جهز|حضر|سو|سوي|صيغ|صغ)/.test(fold(item.text)) ||
          item.concepts.has("message") ||
          item.concepts.has("summary"),
      )
    );
  }

  #sort(item: Item): number {
    this.#mode = "sort";
    this.#fresh = true;
    this.#sortKey = /(by|حسب)$/.test(fold(item.text));
    if (this.#current && !COMMUNICATION.has(this.#current.kind)) this.#current.order ??= { ref: null, dir: null };
    return 1;
  }

  #direction(dir: "asc" | "desc"): number {
    const target = this.#current;
    if (target) target.order = { ref: target.order?.ref ?? null, dir };
    return 1;
  }

  #by(item: Item, at: number): number {
    if (this.#mode === "sort") {
      this.#sortKey = true;
      this.#fresh = true;
      return 1;
    }
    const next = this.#items[at + 1];
    if (next?.concepts.has("rownoun") && !next.column && /^(كل|each|every)$/.test(fold(item.text))) return 2;
    if (this.#current?.kind === "duplicates") this.#mode = "keys";
    else this.#mode = "group";
    this.#fresh = true;
    return 1;
  }

  /** "top 5 clients", "biggest invoice", "highest total". */
  #rank(item: Item, at: number, dir: "asc" | "desc"): number {
    let taken = 1;
    let limit: number | null = null;
    const count = this.#items[at + taken];
    const before = this.#items[at - 1];
    if (count?.kind === "number" && /^\d{1,4}$/.test(count.text)) {
      limit = Number(count.text);
      taken++;
    } else if (before?.kind === "number" && /^\d{1,4}$/.test(before.text) && !before.separated)
      limit = Number(before.text);
    const follower = this.#items[at + taken];
    const what = follower && !follower.separated ? follower : undefined;
    const ref = what ? this.#refOf(what, "group") : null;
    const rowsAsked = what?.concepts.has("rownoun") === true && !what.column;
    const afterNoun = before?.concepts.has("rownoun") === true && !before.column;
    if (rowsAsked || (afterNoun && !ref && !this.#dataTask())) {
      const one = this.#start("rows", item);
      one.limit = limit ?? (what && isPlural(what.text) ? 10 : 1);
      one.order = { ref: null, dir };
      return taken + (rowsAsked ? 1 : 0);
    }
    const groupable = ref !== null && !this.#isNumericRef(ref) && !DATED.has(ref.role ?? "client");
    const target = this.#current;
    if (groupable && ref) {
      const same = target?.kind === "aggregate" && !item.separated && target.groups.length === 0;
      const one = same && target ? target : this.#start("aggregate", item);
      one.groups.push({ ref, unit: null });
      one.limit = limit ?? (what && isPlural(what.text) ? 10 : 1);
      one.order = { ref: null, dir };
      this.#lastRef = null;
      this.#lastGrouped = true;
      this.#pendingRefs = [];
      return taken + 1;
    }
    const lead = this.#pendingRefs.at(-1) ?? null;
    const unit = what ? [...what.concepts].find((one) => one.startsWith("unit:")) : undefined;
    if (lead || unit) {
      const one = this.#start("aggregate", item);
      one.groups.push(lead ? asGroup(lead) : { ref: null, unit: unitName(unit?.slice(5) ?? "month") });
      this.#pendingRefs = [];
      one.limit = limit ?? 1;
      one.order = { ref: null, dir };
      return taken + (lead ? 0 : 1);
    }
    if (target && !COMMUNICATION.has(target.kind)) {
      target.limit = limit ?? target.limit ?? (target.groups.length > 0 ? 10 : null);
      target.order = { ref: target.order?.ref ?? null, dir };
      return taken;
    }
    const one = this.#start("rows", item);
    one.limit = limit ?? 10;
    one.order = { ref, dir };
    return taken + (ref ? 1 : 0);
  }

  // --- columns ----------------------------------------------------------------------------------------------

  #rowNoun(item: Item, at: number): number {
    this.#rows = true;
    if (this.#mode === "sort" && !this.#sortKey && !this.#dataTask()) {
      const one = this.#start("rows", item);
      one.order = { ref: null, dir: null };
      this.#mode = "sort";
      return 1;
    }
    if (this.#mode === "group" || this.#mode === "keys") {
      const next = this.#items[at + 1];
      if (this.#mode === "keys" && next && this.#refOf(next)) return 1;
      const asColumn = this.#fresh && this.#mode === "group" ? this.#refOf(item, "group") : null;
      if (asColumn && candidates2(this.#tables, asColumn)) return this.#mention(asColumn, item, at);
      this.#mode = "none";
    }
    return 1;
  }

  #groupUnit(concept: string, item: Item, at: number): number {
    const unit = unitName(concept.slice(5));
    const link = this.#items[at + 1];
    const of = link?.concepts.has("for") ? this.#items[at + 2] : link;
    const ref = of && !of.separated ? this.#refOf(of, "date") : null;
    const dated =
      ref && (DATED.has(ref.role ?? "client") || (ref.column !== null && this.#isDate(ref.column))) ? ref : null;
    this.#group({ ref: dated, unit }, item);
    return dated ? (of === link ? 2 : 3) : 1;
  }

  #group(group: AskedGroup, item: Item): number {
    let target = this.#current;
    if (!target || COMMUNICATION.has(target.kind) || target.kind === "rows" || target.kind === "duplicates") {
      target =
        this.#tasks.find((one) => one.kind === "aggregate" && one.groups.length === 0) ??
        this.#start("aggregate", item);
      if (target.groups.length === 0 && this.#pendingRefs.length > 0) {
        const numeric = this.#pendingRefs.filter((ref) => this.#isNumericRef(ref));
        target.measures.push(...numeric.map((ref) => ({ fn: "sum" as const, ref })));
        this.#pendingRefs = [];
      }
      this.#current = target;
    }
    target.groups.push(group);
    this.#mode = "group";
    this.#fresh = false;
    this.#lastFn = null;
    this.#lastGrouped = true;
    return 1;
  }

  #mention(ref: Ref, item: Item, at: number): number {
    const target = this.#current;
    if (this.#mode === "sort") {
      const one = target && !COMMUNICATION.has(target.kind) ? target : null;
      if (!this.#sortKey && !this.#isNumericRef(ref) && !DATED.has(ref.role ?? "client")) {
        const started = one?.kind === "aggregate" ? one : this.#start("aggregate", item);
        if (started.groups.length === 0) started.groups.push({ ref, unit: null });
        started.order = { ref: null, dir: "desc" };
        this.#mode = "sort";
        return 1;
      }
      const sorted = one ?? this.#start("rows", item);
      sorted.order = { ref, dir: sorted.order?.dir ?? null };
      this.#mode = "none";
      this.#lastRef = ref;
      return 1;
    }
    if (this.#mode === "keys" && target && (this.#fresh || item.separated)) {
      target.keys.push(ref);
      this.#fresh = false;
      return 1;
    }
    if (this.#mode === "group" && (this.#fresh || item.separated)) {
      const ranked = target?.kind === "aggregate" && target.limit !== null && this.#isNumericRef(ref);
      if (ranked && target) {
        target.measures = [{ fn: "sum", ref }];
        this.#mode = "none";
        return 1;
      }
      if (this.#fresh && (!this.#isNumericRef(ref) || item.column !== null))
        return this.#group({ ref, unit: null }, item);
      if (!this.#isNumericRef(ref) && !this.#isDateRef(ref)) return this.#group({ ref, unit: null }, item);
    }
    if (this.#mode === "group") this.#mode = "none";
    this.#lastGrouped = false;
    const conditionFollows =
      ["is", "contains", "not", "between", "empty"].some((name) => this.#items[at + 1]?.concepts.has(name)) ||
      [...(this.#items[at + 1]?.concepts ?? [])].some((one) => one.startsWith("op:"));
    const measure = target?.kind === "aggregate" ? target.measures.at(-1) : undefined;
    if (target && measure && !conditionFollows && this.#lastFn !== null) {
      if (measure.fn === "count" && measure.ref === null && this.#isNumericRef(ref)) {
        target.measures[target.measures.length - 1] = { fn: "sum", ref };
      } else if (measure.fn === "count" && measure.ref === null && ref.role !== "number") {
        target.measures[target.measures.length - 1] = { fn: "distinct", ref };
        this.#lastFn = null;
      } else if (
        (measure.fn === "distinct" || this.#isNumericRef(ref) || this.#isDateRef(ref)) &&
        measure.ref === null
      ) {
        target.measures[target.measures.length - 1] = { fn: measure.fn, ref };
      } else if (item.separated && this.#isNumericRef(ref)) {
        target.measures.push({ fn: measure.fn, ref });
      }
    } else if (!conditionFollows && !target) this.#pendingRefs.push(ref);
    else if (target?.kind === "aggregate" && !conditionFollows && item.separated) this.#pendingRefs.push(ref);
    this.#lastRef = ref;
    return 1;
  }

  #leftOver(item: Item): void {
    const word = fold(item.text);
    if (
      item.kind !== "word" ||
      STOP.has(word) ||
      ARABIC_STOP.has(word) ||
      ARABIC_STOP.has(word.replace(/^[وف]/, "")) ||
      item.concepts.size > 0
    )
      return;
    if ((this.#mode === "group" || this.#mode === "keys") && (this.#fresh || item.separated)) {
      const known = this.#tables.map((table) => columnByWords(table, item.text)).find((one) => one !== null);
      const ref: Ref = { column: known?.name ?? null, role: null, text: item.text };
      if (this.#mode === "keys") this.#current?.keys.push(ref);
      else this.#group({ ref, unit: null }, item);
      return;
    }
    const near =
      word.length >= 4
        ? this.#tables.map((table) => columnByWords(table, item.text)).find((one) => one !== null)
        : undefined;
    if (near) this.#mention({ column: near.name, role: null, text: item.text }, item, -1);
    else this.#unknown.push(item.text);
  }

  /** At the end: what was said without a head becomes a list; conditions said before any head hold for all. */
  #close(): void {
    const data = this.#tasks.filter((one) => !COMMUNICATION.has(one.kind));
    if (data.length === 0 && (this.#pending.length > 0 || this.#global.length > 0 || (this.#listing && this.#rows))) {
      const rows = draft("rows");
      rows.flag = this.#flagging;
      rows.filters.push(...this.#pending.splice(0), ...this.#global.splice(0));
      this.#tasks.unshift(rows);
    } else if (data.length === 0 && this.#pendingRefs.length > 0 && (this.#listing || this.#rows)) {
      const one = draft("aggregate");
      for (const ref of this.#pendingRefs)
        if (this.#isNumericRef(ref)) one.measures.push({ fn: "sum", ref });
        else if (!this.#isDateRef(ref) || asGroup(ref).unit !== null) one.groups.push(asGroup(ref));
      this.#tasks.unshift(one);
    }
    for (const one of data)
      if (
        this.#comparing &&
        one.kind === "aggregate" &&
        one.groups.length === 0 &&
        one.filters.some((filter) => filter.kind === "months")
      )
        one.groups.push({ ref: null, unit: "month" });
    for (const one of this.#tasks) if (!COMMUNICATION.has(one.kind)) one.filters.push(...this.#global);
    this.#tasks.sort((a, b) => Number(COMMUNICATION.has(a.kind)) - Number(COMMUNICATION.has(b.kind)));
  }

  // --- what words refer to ----------------------------------------------------------------------------------

  #dataTask(): Draft | null {
    return this.#current && !COMMUNICATION.has(this.#current.kind) ? this.#current : null;
  }

  #refOf(item: Item, want: "group" | "measure" | "date" | "any" = "any"): Ref | null {
    if (item.column !== null) return { column: item.column, role: null, text: item.text };
    if (item.roles.length === 0) return null;
    const order = (role: Role): number => {
      const wanted =
        want === "measure"
          ? NUMERIC.has(role)
          : want === "group"
            ? GROUPED.includes(role)
            : want === "date"
              ? DATED.has(role)
              : false;
      return (this.#hasRole(role) ? 2 : 0) + (wanted ? 3 : 0);
    };
    const [role] = [...item.roles].sort((a, b) => order(b) - order(a));
    return role ? { column: null, role, text: item.text } : null;
  }

  #refNear(at: number): Ref | null {
    const next = this.#items[at + 1];
    return (next && !next.separated ? this.#refOf(next) : null) ?? this.#lastRef;
  }

  #hasRole = (role: Role): boolean => this.#tables.some((table) => candidates(table, role).length > 0);
  #kindOf = (name: string): string | undefined =>
    this.#tables.flatMap((table) => table.columns).find((column) => column.name === name)?.profile.kind;
  #isDate = (name: string): boolean => this.#kindOf(name) === "date";
  #isNumericColumn = (name: string): boolean => ["number", "money"].includes(this.#kindOf(name) ?? "");
  #isNumericRef = (ref: Ref): boolean =>
    ref.column !== null ? this.#isNumericColumn(ref.column) : NUMERIC.has(ref.role ?? "client");
  #isDateRef = (ref: Ref): boolean =>
    ref.column !== null ? this.#isDate(ref.column) : DATED.has(ref.role ?? "client");
  #numericRef = (): Ref | null => (this.#lastRef && this.#isNumericRef(this.#lastRef) ? this.#lastRef : null);
  #dateRef = (): Ref | null =>
    this.#lastRef && this.#isDateRef(this.#lastRef) && !this.#lastGrouped ? this.#lastRef : null;

  #tableNamed(item: Item): string | null {
    const said = fold(item.text);
    for (const table of this.#tables)
      for (const [index, path] of table.paths.entries()) {
        const names = [path, table.names[index] ?? path];
        if (item.kind === "literal" && names.some((name) => fold(name) === said)) return path;
      }
    return null;
  }
}

const CURRENCY_WORD = /^(kwd|kd|usd|sar|aed|qar|bhd|omr|eur|gbp|egp|دينار|دنانير|ريال|درهم|دولار|د\.ك|دك|\$|€|£)$/;
const UNITS: readonly Unit[] = ["day", "week", "month", "quarter", "year"];
const unitName = (text: string): Unit => UNITS.find((unit) => unit === text) ?? "month";
const FNS: readonly Fn[] = ["sum", "avg", "count", "distinct", "min", "max", "median"];
const fnName = (text: string): Fn => FNS.find((fn) => fn === text) ?? "sum";
const OPS: readonly NumberOp[] = [">", ">=", "<", "<=", "=", "!="];
const numberOp = (text: string): NumberOp => OPS.find((op) => op === text) ?? "=";
const ARABIC_PLURAL =
  /(ات|ين|ون|اء)$|^(ال)?(فواتير|عملا|زبائن|زباين|صفوف|قيود|سطور|اسطر|مدن|فروع|اصناف|اشهر|شهور|مناطق|بنود|سلع|خدمات|دول|اقسام|انواع|ايام)$/;
const isPlural = (text: string): boolean =>
  hasArabic(text) ? ARABIC_PLURAL.test(fold(text)) || fold(text).endsWith("اء") : /s$/i.test(text);

/** "month" said as a thing of its own is a period; any other column is itself. */
function asGroup(ref: Ref): AskedGroup {
  if (ref.column !== null || ref.role !== "date") return { ref, unit: null };
  const said = fold(ref.text).replace(/^ال/, "");
  const unit =
    UNITS.find((one) => said.startsWith(one)) ?? PERIODS.find(([pattern]) => pattern.test(said))?.[1] ?? null;
  return unit === null ? { ref, unit: null } : { ref: null, unit };
}
const PERIODS: readonly (readonly [RegExp, Unit])[] = [
  [/^(يوم|ايام)/, "day"],
  [/^(اسبوع|اسابيع)/, "week"],
  [/^(شهر|اشهر|شهور)/, "month"],
  [/^(ربع|ارباع)/, "quarter"],
  [/^(سنه|سنوات|عام|اعوام)/, "year"],
];
const isJoint = (item: Item): boolean =>
  item.concepts.has("and") ||
  item.concepts.has("to") ||
  /^(to|and|or|until|till|-|–|او|الي|و|حتي|لغايه)$/.test(fold(item.text));
const candidates2 = (tables: readonly KnownTable[], ref: Ref): boolean =>
  ref.column !== null ||
  (ref.role !== null && tables.some((table) => ref.role !== null && candidates(table, ref.role).length > 0));

/** A bare number, without grouping marks. */
function numberAt(items: readonly Item[], at: number): string | null {
  const item = items[at];
  if (item?.kind !== "number") return null;
  const plain = item.text
    .replace(/%$/, "")
    .replace(/,(?=\d{3}(\D|$))/g, "")
    .replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? plain : null;
}

const dayBefore = (day: string | null): string | null => (day === null ? null : shift(day, -1));
const dayAfter = (day: string | null): string | null => (day === null ? null : shift(day, 1));
const shift = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

type WhenValue = NonNullable<ReturnType<typeof whenAt>>;

/** Months without a year mean this year's when a border is drawn ("since March"). */
function rangeOf(when: WhenValue, today: string): { from: string | null; to: string | null } {
  if (when.kind === "range") return when.range;
  const year = Number(today.slice(0, 4));
  const first = when.months[0] ?? 1;
  const last = when.months.at(-1) ?? first;
  return {
    from: `${year}-${String(first).padStart(2, "0")}-01`,
    to: new Date(Date.UTC(year, last, 0)).toISOString().slice(0, 10),
  };
}

function spanFilter(first: WhenValue, second: WhenValue, today: string, ref: Ref | null): AskedFilter {
  if (first.kind === "months" && second.kind === "months") {
    const from = first.months[0] ?? 1;
    const to = second.months.at(-1) ?? from;
    const months: number[] = [];
    for (let month = from; ; month = (month % 12) + 1) {
      months.push(month);
      if (month === to || months.length === 12) break;
    }
    return { kind: "months", ref, months };
  }
  const end = rangeOf(second, today);
  const year = (end.from ?? today).slice(0, 4);
  const start = rangeOf(first, first.kind === "months" ? `${year}-01-01` : today);
  return { kind: "date", ref, from: start.from, to: end.to };
}

/** Drops bare "and", "also", leaving a mark on what follows. */
function joinSeparators(items: readonly Item[]): Item[] {
  const kept: Item[] = [];
  let separated = false;
  for (const [at, item] of items.entries()) {
    const names = [...item.concepts];
    const bare = item.roles.length === 0 && item.column === null && item.value === null && names.length > 0;
    const range = names.includes("and") && items[at + 1]?.kind === "number" && items[at - 1]?.kind === "number";
    if (bare && !range && names.every((name) => name === "and" || name === "also")) {
      separated = true;
      continue;
    }
    kept.push(separated ? { ...item, separated: true } : item);
    separated = false;
  }
  return kept;
}

const words = (list: string): Set<string> => new Set(list.split(" ").map(fold));
const STOP = words(
  "the a an my our your all any some please kindly me you we us it its they them their can could would should will want need like i im do does did make made create prepare write compose build calculate compute work out tell know have has had was were be been there here what who which that this these those file sheet spreadsheet table data column columns csv excel attached attachment upload uploaded using use based boss manager accountant team owner partner result results info information ones one also very so just as if or then than too with want get let lets help me figure figures clear nice friendly simple quick quickly short detailed new output",
);
const ARABIC_STOP = words(
  "لو سمحت من فضلك رجاء ممكن ابي ابغي اريد نبي نبغي عطني اعطني سو سوي سولي لي لنا هذا هذه هذي الملف ملف الجدول جدول البيانات بيانات المرفق المرفقة الكشف اكتب اكتبلي جهز حضر صيغ صغ تكفي يعطيك العافية السلام عليكم شكرا و في من عن علي الي هل ما ماذا كيف شلون وايد كلها كلهم جميع كافة للمدير المدير المحاسب الادارة مديري الشيت الاكسل اكسل ان انه مع او تحتوي هناك فيه فيها عندي عندنا الخاص الخاصة بشكل طريقة نتيجة النتيجة النتائج قصير مختصر بسيط",
);
