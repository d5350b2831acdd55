import type { Item } from "../scan.ts";
import type { Fn, TaskKind } from "../spec.ts";
import { spanAt } from "../when.ts";
import { fold } from "../words.ts";
import { ReaderConditions } from "./reader-conditions.ts";
import { asGroup, COMMUNICATION, DATED, isPlural, unitName } from "./vocabulary.ts";

/** Heads: the words that open a task, and those that say how it is sorted, ranked and grouped. */
export class ReaderHeads extends ReaderConditions {
  protected function(fn: Fn, item: Item, at: number): number {
    const span = item.wholeConcept ? null : this.refOf(item, "measure");
    const exact =
      item.column !== null && this.isNumericColumn(item.column)
        ? { column: item.column, role: null, text: item.text }
        : span;
    if (this.mode === "sort" && this.current && (this.sortKey || this.current.kind === "aggregate")) {
      this.current.order = { ref: exact, dir: this.current.order?.dir ?? null };
      if (this.current.kind === "aggregate") this.current.measures = [{ fn, ref: exact }];
      this.mode = "none";
      this.lastFn = fn;
      return 1;
    }
    const ranked =
      this.mode === "group" && this.fresh && this.current?.kind === "aggregate" && this.current.limit !== null;
    let target = this.current;
    if (ranked && target) target.measures = [{ fn, ref: exact }];
    else {
      const closed = target !== null && item.separated && target.groups.length > 0;
      const repeat =
        target?.measures.some((one) => one.fn === fn) &&
        (closed || ((target?.groups.length ?? 0) > 0 && target?.having.length === 0 && this.pendingRefs.length > 0));
      if (target?.kind !== "aggregate" || closed || repeat) target = this.start("aggregate", item);
      target.measures.push({ fn, ref: exact });
    }
    const lead = this.pendingRefs.at(-1);
    const leading = this.items[at - 1];
    if (
      lead &&
      target.groups.length === 0 &&
      ((leading && this.refOf(leading) !== null) || fn === "max" || fn === "min")
    ) {
      target.groups.push(asGroup(lead));
      if (fn === "max" || fn === "min") {
        target.measures = [{ fn: "sum", ref: exact }];
        target.limit = 1;
        target.order = { ref: null, dir: fn === "max" ? "desc" : "asc" };
      }
    }
    this.pendingRefs = [];
    this.mode = "none";
    this.lastFn = fn;
    this.lastRef = exact;
    this.lastGrouped = false;
    return 1;
  }

  protected duplicates(item: Item): number {
    if (this.negated) {
      this.negated = false;
      this.impossible.add("dedupe");
    }
    if (this.current?.kind !== "duplicates") {
      const started = this.start("duplicates", item);
      started.flag = this.flagging;
      for (const ref of this.pendingRefs.splice(0)) started.keys.push(ref);
    }
    this.mode = "keys";
    this.fresh = true;
    return 1;
  }

  protected overdue(item: Item, at: number): number {
    const next = this.items[at + 1];
    let taken = 1;
    let days = 0;
    const span = next?.concepts.has("olderthan") ? spanAt(this.items, at + 2) : spanAt(this.items, at + 1);
    if (span) {
      days = span.days;
      taken += span.taken + (next?.concepts.has("olderthan") ? 1 : 0);
    }
    const target = this.current;
    if (this.negated) {
      this.negated = false;
      return taken;
    }
    const part =
      target?.kind === "aggregate" &&
      !item.separated &&
      target.groups.length === 0 &&
      target.measures.length > 0 &&
      !this.flagging;
    const ranked = target?.kind === "aggregate" && target.limit !== null && !item.separated && !this.flagging;
    if (part || ranked) {
      this.filter({ kind: "overdue", days, basis: "due" });
      return taken;
    }
    const known = this.tasks.find((one) => one.kind === "overdue");
    const one = known ?? this.start("overdue", item);
    this.current = one;
    one.days = Math.max(one.days, days);
    one.flag ||= this.flagging;
    this.flagging = false;
    this.mode = "none";
    this.pendingRefs = [];
    return taken;
  }

  protected communicate(item: Item): number {
    const kind: TaskKind = item.concepts.has("summary") ? "summary" : "message";
    const known = this.tasks.find((one) => COMMUNICATION.has(one.kind));
    const one = known ?? this.start(kind, item);
    if (known) this.mode = "none";
    if (kind === "message" && one.kind === "summary") one.flag = true;
    if (item.concepts.has("email")) one.channel = "email";
    if (item.concepts.has("whatsapp")) one.channel = "whatsapp";
    this.current = one;
    return 1;
  }

  protected writes(): boolean {
    return (
      this.tasks.some((one) => COMMUNICATION.has(one.kind)) ||
      this.items.some(
        (item) =>
          /^(write|draft|compose|prepare|create|اكتب|اكتبلي|جهز|حضر|سو|سوي|صيغ|صغ)/.test(fold(item.text)) ||
          item.concepts.has("message") ||
          item.concepts.has("summary"),
      )
    );
  }

  protected sort(item: Item): number {
    this.mode = "sort";
    this.fresh = true;
    this.sortKey = /(by|حسب)$/.test(fold(item.text));
    if (this.current && !COMMUNICATION.has(this.current.kind)) this.current.order ??= { ref: null, dir: null };
    return 1;
  }

  protected direction(dir: "asc" | "desc"): number {
    const target = this.current;
    if (target) target.order = { ref: target.order?.ref ?? null, dir };
    return 1;
  }

  protected by(item: Item, at: number): number {
    if (this.mode === "sort") {
      this.sortKey = true;
      this.fresh = true;
      return 1;
    }
    const next = this.items[at + 1];
    if (next?.concepts.has("rownoun") && !next.column && /^(كل|each|every)$/.test(fold(item.text))) return 2;
    if (this.current?.kind === "duplicates") this.mode = "keys";
    else this.mode = "group";
    this.fresh = true;
    return 1;
  }

  /** "top 5 clients", "biggest invoice", "highest total". */
  protected rank(item: Item, at: number, dir: "asc" | "desc"): number {
    let taken = 1;
    let limit: number | null = null;
    const count = this.items[at + taken];
    const before = this.items[at - 1];
    if (count?.kind === "number" && /^\d{1,4}$/.test(count.text)) {
      limit = Number(count.text);
      taken++;
    } else if (before?.kind === "number" && /^\d{1,4}$/.test(before.text) && !before.separated)
      limit = Number(before.text);
    const follower = this.items[at + taken];
    const what = follower && !follower.separated ? follower : undefined;
    const ref = what ? this.refOf(what, "group") : null;
    const rowsAsked = what?.concepts.has("rownoun") === true && !what.column;
    const afterNoun = before?.concepts.has("rownoun") === true && !before.column;
    if (rowsAsked || (afterNoun && !ref && !this.dataTask())) {
      const one = this.start("rows", item);
      one.limit = limit ?? (what && isPlural(what.text) ? 10 : 1);
      one.order = { ref: null, dir };
      return taken + (rowsAsked ? 1 : 0);
    }
    const groupable = ref !== null && !this.isNumericRef(ref) && !DATED.has(ref.role ?? "client");
    const target = this.current;
    if (groupable && ref) {
      const same = target?.kind === "aggregate" && !item.separated && target.groups.length === 0;
      const one = same && target ? target : this.start("aggregate", item);
      one.groups.push({ ref, unit: null });
      one.limit = limit ?? (what && isPlural(what.text) ? 10 : 1);
      one.order = { ref: null, dir };
      this.lastRef = null;
      this.lastGrouped = true;
      this.pendingRefs = [];
      return taken + 1;
    }
    const lead = this.pendingRefs.at(-1) ?? null;
    const unit = what ? [...what.concepts].find((one) => one.startsWith("unit:")) : undefined;
    if (lead || unit) {
      const one = this.start("aggregate", item);
      one.groups.push(lead ? asGroup(lead) : { ref: null, unit: unitName(unit?.slice(5) ?? "month") });
      this.pendingRefs = [];
      one.limit = limit ?? 1;
      one.order = { ref: null, dir };
      return taken + (lead ? 0 : 1);
    }
    if (target && !COMMUNICATION.has(target.kind)) {
      target.limit = limit ?? target.limit ?? (target.groups.length > 0 ? 10 : null);
      target.order = { ref: target.order?.ref ?? null, dir };
      return taken;
    }
    const one = this.start("rows", item);
    one.limit = limit ?? 10;
    one.order = { ref, dir };
    return taken + (ref ? 1 : 0);
  }
}
