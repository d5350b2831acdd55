import type { Item } from "../scan.ts";
import type { AskedFilter, NumberOp, Ref, Role } from "../spec.ts";
import { spanAt, whenAt } from "../when.ts";
import { fold, hasArabic } from "../words.ts";
import { ReaderState } from "./reader-state.ts";
import { dayAfter, dayBefore, rangeOf, spanFilter } from "./spans.ts";
import { ARABIC_STOP, asGroup, COMMUNICATION, CURRENCY_WORD, isJoint, numberAt, numberOp, STOP } from "./vocabulary.ts";

/** Conditions: paid, empty, comparisons, times, values. */
export class ReaderConditions extends ReaderState {
  /** Conditions: paid, empty, comparisons, times, values. 0 when the item is none. */
  protected condition(item: Item, at: number): number {
    const has = (...names: string[]) => names.some((name) => item.concepts.has(name));
    const next = this.items[at + 1];
    if (has("unpaid", "paid") && this.mode !== "group" && !item.column) {
      const asColumn: Role = has("unpaid") ? "balance" : "paidAmount";
      const measured = this.lastFn !== null && item.roles.includes(asColumn) && this.hasRole(asColumn);
      if (measured) return 0;
      this.filter({ kind: "paid", paid: has("paid") && !has("unpaid") ? !this.negated : false });
      this.negated = false;
      return 1;
    }
    if (has("empty") && !item.column) {
      this.filter({ kind: "empty", ref: this.refNear(at), not: this.negated });
      this.negated = false;
      return 1;
    }
    if (has("olderthan")) {
      const span = spanAt(this.items, at + 1);
      if (span) return 1 + this.age(span, item);
    }
    if (has("overdue") && next?.concepts.has("olderthan")) return 0;
    const compared = this.comparison(item, at);
    if (compared > 0) return compared;
    const timed = this.time(item, at);
    if (timed > 0) return timed;
    return this.value(item, at);
  }

  protected age(span: { days: number; taken: number }, item: Item): number {
    if (this.current?.kind === "overdue") this.current.days = span.days;
    else {
      const last = [...(this.current?.filters ?? []), ...this.pending].findLast((one) => one.kind === "overdue");
      if (last) this.replaceFilter(last, { kind: "overdue", days: span.days, basis: "due" });
      else if (this.current?.kind === "aggregate" && !item.separated)
        this.filter({ kind: "overdue", days: span.days, basis: "date" });
      else {
        const started = this.start("overdue", item);
        started.days = span.days;
        started.basis = "date";
      }
    }
    return span.taken;
  }

  protected replaceFilter(old: AskedFilter, by: AskedFilter): void {
    const swap = (list: AskedFilter[]) => {
      const at = list.indexOf(old);
      if (at >= 0) list[at] = by;
    };
    if (this.current) swap(this.current.filters);
    swap(this.pending);
  }

  protected comparison(item: Item, at: number): number {
    const op = [...item.concepts].find((concept) => concept.startsWith("op:"));
    const value = numberAt(this.items, at + 1);
    if (item.concepts.has("between")) {
      const first = value;
      const joint = this.items[at + 2];
      const second = joint && isJoint(joint) ? numberAt(this.items, at + 3) : numberAt(this.items, at + 2);
      if (first !== null && second !== null && !whenAt(this.items, at + 1, this.today)) {
        this.compare("between", first, second, at);
        return joint && isJoint(joint) ? 4 : 3;
      }
    }
    if (
      op === undefined ||
      value === null ||
      (this.items[at + 1]?.kind === "number" &&
        whenAt(this.items, at + 1, this.today)?.kind === "range" &&
        /[/-]/.test(this.items[at + 1]?.text ?? ""))
    )
      return 0;
    this.compare(numberOp(op.slice(3)), value, null, at);
    const after = this.items[at + 2];
    return after && CURRENCY_WORD.test(fold(after.text)) ? 3 : 2;
  }

  protected compare(op: NumberOp, value: string, to: string | null, at: number): void {
    const taken = to === null ? 2 : 4;
    const after = this.items[at + taken];
    const counted = after?.concepts.has("rownoun") === true && !after.column;
    const target = this.current;
    this.negated = false;
    if (target?.kind === "aggregate" && (counted || (this.lastFn !== null && this.lastRefIsMeasured()))) {
      const measure = counted
        ? { fn: "count" as const, ref: null }
        : (target.measures.at(-1) ?? { fn: "sum" as const, ref: null });
      target.having.push({ measure, op, value, to });
      return;
    }
    if (counted && this.pendingRefs.length > 0) {
      const started = this.start("aggregate", after);
      started.groups.push(...this.pendingRefs.splice(0).map(asGroup));
      started.measures.push({ fn: "count", ref: null });
      started.having.push({ measure: { fn: "count", ref: null }, op, value, to });
      return;
    }
    this.filter({ kind: "number", ref: this.numericRef(), op, value, to });
  }

  protected lastRefIsMeasured = (): boolean => (this.current?.groups.length ?? 0) > 0 && this.lastFn !== null;

  protected time(item: Item, at: number): number {
    const { concepts } = item;
    const open = concepts.has("after") || concepts.has("before");
    const joint = concepts.has("between") || concepts.has("after");
    if (joint) {
      const first = whenAt(this.items, at + 1, this.today);
      const link = first ? this.items[at + 1 + first.taken] : undefined;
      const second = first && link && isJoint(link) ? whenAt(this.items, at + 2 + first.taken, this.today) : null;
      if (first && second) {
        this.filter(spanFilter(first, second, this.today, this.dateRef()));
        return 2 + first.taken + second.taken;
      }
    }
    if (open || (concepts.has("between") && fold(item.text) !== "between")) {
      const when = whenAt(this.items, at + 1, this.today);
      if (when) {
        const range = rangeOf(when, this.today);
        const word = fold(item.text);
        const inclusive = /since|from|start|منذ|من|ابتداء|اعتبارا|until|till|up to|end|حتي|لغايه|لين/.test(word);
        const bounds = concepts.has("before")
          ? { from: null, to: inclusive ? range.to : dayBefore(range.from) }
          : { from: inclusive ? range.from : dayAfter(range.to), to: null };
        this.filter({ kind: "date", ref: this.dateRef(), ...bounds });
        return 1 + when.taken;
      }
    }
    if (
      this.mode === "group" &&
      this.fresh &&
      [...concepts].some((one) => one.startsWith("unit:")) &&
      !whenAt(this.items, at, this.today)
    )
      return 0;
    const when = whenAt(this.items, at, this.today);
    if (!when) return 0;
    let taken = when.taken;
    if (when.kind === "months") {
      const months = [...when.months];
      for (
        let more = this.items[at + taken];
        more?.separated || (more && isJoint(more));
        more = this.items[at + taken]
      ) {
        const skip = isJoint(more) ? 1 : 0;
        const next = whenAt(this.items, at + taken + skip, this.today);
        if (next?.kind !== "months") break;
        months.push(...next.months);
        taken += skip + next.taken;
      }
      this.filter({ kind: "months", ref: this.dateRef(), months: [...new Set(months)] });
    } else this.filter({ kind: "date", ref: this.dateRef(), from: when.range.from, to: when.range.to });
    return taken;
  }

  /** A value to keep or leave out: quoted, seen in the file, or a name after "for", "only", "is", "not". */
  protected value(item: Item, at: number): number {
    const before = this.items[at - 1];
    const led =
      before !== undefined && ["only", "is", "not", "contains", "for"].some((name) => before.concepts.has(name));
    const mode = before?.concepts.has("contains") ? "contains" : "is";
    if (item.kind === "literal" && item.column === null)
      return this.textFilter([item.value?.value ?? item.text], item, mode, at, 1);
    const afterOwnColumn = item.value !== null && this.lastRef?.column === item.value.column;
    const plain = item.roles.length === 0 && item.concepts.size === 0 && item.column === null;
    if (
      item.value !== null &&
      (plain || afterOwnColumn || this.namesItsColumn(item) || (led && before?.concepts.has("only")))
    ) {
      const longer = this.nameFrom(at);
      return longer.taken > 1
        ? this.textFilter([longer.text], item, mode, at, longer.taken)
        : this.textFilter([item.value.value], item, mode, at, 1);
    }
    if (!plain || item.kind !== "word" || this.mode === "group") return 0;
    if (this.current && COMMUNICATION.has(this.current.kind)) return 0;
    const strong = before !== undefined && ["only", "is", "not", "contains"].some((name) => before.concepts.has(name));
    const named =
      item.capital &&
      (led || (before !== undefined && this.refOf(before) !== null && this.lastRef !== null && !this.lastGrouped));
    const arabic = hasArabic(item.text) && (strong || this.arabicName(at)) && !ARABIC_STOP.has(fold(item.text));
    if (!named && !arabic && !(strong && this.lastRef !== null && !STOP.has(fold(item.text)))) return 0;
    const name = this.nameFrom(at);
    return this.textFilter([name.text], item, mode, at, name.taken);
  }

  /** "KNET payments": the word means the very column in which it stands as a value, and is not its header. */
  protected namesItsColumn(item: Item): boolean {
    const { value } = item;
    if (value === null || item.column !== null || item.concepts.size > 0 || this.mode === "group") return false;
    const column = this.tables.flatMap((table) => table.columns).find((one) => one.name === value.column);
    return item.roles.length > 0 && item.roles.every((role) => column?.roles[0]?.role === role);
  }

  /** A name goes on while its words are capitalised (or Arabic) and mean nothing else. */
  protected nameFrom(at: number): { text: string; taken: number } {
    const words = [this.items[at]?.text ?? ""];
    for (let more = this.items[at + words.length]; more && !more.separated; more = this.items[at + words.length]) {
      const capital = more.capital || (hasArabic(more.text) && !ARABIC_STOP.has(fold(more.text)));
      if (more.kind !== "word" || !capital || more.concepts.size > 0 || more.column !== null || more.value !== null)
        break;
      words.push(more.text);
    }
    return { text: words.join(" "), taken: words.length };
  }

  protected arabicName(at: number): boolean {
    const before = this.items[at - 1];
    return (
      before !== undefined && before.roles.length > 0 && /^(ل|لل|بال|حق)/.test(fold(before.text)) && !this.lastGrouped
    );
  }

  protected textFilter(values: string[], item: Item, mode: "is" | "contains", at: number, taken: number): number {
    let total = taken;
    for (;;) {
      const link = this.items[at + total];
      const skip = link && isJoint(link) ? 1 : 0;
      const more = this.items[at + total + skip];
      if (!more || !(skip === 1 || more.separated)) break;
      const value = more.value?.value ?? (more.kind === "literal" && more.column === null ? more.text : null);
      if (value === null || (more.concepts.size > 0 && more.kind !== "literal")) break;
      values.push(value);
      total += skip + 1;
    }
    const own: Ref | null = item.value ? { column: item.value.column, role: null, text: item.value.column } : null;
    const last = this.lastRef && !this.isNumericRef(this.lastRef) && !this.lastGrouped ? this.lastRef : null;
    this.filter({ kind: "text", ref: last ?? own, mode, not: this.negated, values });
    this.negated = false;
    return total;
  }
}
