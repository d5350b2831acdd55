import type { KnownTable } from "../columns.ts";
import { candidates } from "../columns.ts";
import type { Draft } from "../draft.ts";
import { draft } from "../draft.ts";
import type { Item } from "../scan.ts";
import { scan } from "../scan.ts";
import type { AskedFilter, Fn, Ref, Role, TaskKind } from "../spec.ts";
import { fold } from "../words.ts";
import { COMMUNICATION, DATED, GROUPED, joinSeparators, NUMERIC } from "./vocabulary.ts";

/** What has been read so far, and what words refer to. */
export class ReaderState {
  protected readonly items: Item[];
  protected readonly tables: readonly KnownTable[];
  protected readonly today: string;
  protected readonly tasks: Draft[] = [];
  protected readonly global: AskedFilter[] = [];
  protected readonly impossible = new Set<string>();
  protected readonly unknown: string[] = [];
  protected readonly named: string[] = [];
  protected current: Draft | null = null;
  protected mode: "none" | "group" | "sort" | "keys" = "none";
  /** In sort mode: whether "by" was said, so that what follows is the key. */
  protected sortKey = false;
  protected fresh = false;
  protected pending: AskedFilter[] = [];
  protected pendingRefs: Ref[] = [];
  protected listing = false;
  protected flagging = false;
  protected rows = false;
  protected negated = false;
  protected comparing = false;
  protected lastRef: Ref | null = null;
  protected lastFn: Fn | null = null;
  protected lastGrouped = false;

  constructor(request: string, tables: readonly KnownTable[], today: string) {
    this.tables = tables;
    this.today = today;
    this.items = joinSeparators(scan(request, tables));
  }
  protected start(kind: TaskKind, item: Item | undefined): Draft {
    if (this.pending.length > 0 && this.listing && this.rows && item?.separated && this.current === null) {
      const rows = draft("rows");
      rows.filters.push(...this.pending.splice(0));
      rows.flag = this.flagging;
      this.tasks.push(rows);
    }
    this.global.push(...this.pending.splice(0));
    const one = draft(kind);
    this.tasks.push(one);
    this.current = one;
    this.mode = "none";
    this.listing = false;
    this.lastFn = null;
    return one;
  }

  protected filter(filter: AskedFilter): void {
    this.mode = this.mode === "sort" ? "sort" : "none";
    if (this.current && !COMMUNICATION.has(this.current.kind)) this.current.filters.push(filter);
    else if (this.current) this.global.push(filter);
    else this.pending.push(filter);
  }

  protected dataTask(): Draft | null {
    return this.current && !COMMUNICATION.has(this.current.kind) ? this.current : null;
  }

  protected refOf(item: Item, want: "group" | "measure" | "date" | "any" = "any"): Ref | null {
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
      return (this.hasRole(role) ? 2 : 0) + (wanted ? 3 : 0);
    };
    const [role] = [...item.roles].sort((a, b) => order(b) - order(a));
    return role ? { column: null, role, text: item.text } : null;
  }

  protected refNear(at: number): Ref | null {
    const next = this.items[at + 1];
    return (next && !next.separated ? this.refOf(next) : null) ?? this.lastRef;
  }

  protected hasRole = (role: Role): boolean => this.tables.some((table) => candidates(table, role).length > 0);
  protected kindOf = (name: string): string | undefined =>
    this.tables.flatMap((table) => table.columns).find((column) => column.name === name)?.profile.kind;
  protected isDate = (name: string): boolean => this.kindOf(name) === "date";
  protected isNumericColumn = (name: string): boolean => ["number", "money"].includes(this.kindOf(name) ?? "");
  protected isNumericRef = (ref: Ref): boolean =>
    ref.column !== null ? this.isNumericColumn(ref.column) : NUMERIC.has(ref.role ?? "client");
  protected isDateRef = (ref: Ref): boolean =>
    ref.column !== null ? this.isDate(ref.column) : DATED.has(ref.role ?? "client");
  protected numericRef = (): Ref | null => (this.lastRef && this.isNumericRef(this.lastRef) ? this.lastRef : null);
  protected dateRef = (): Ref | null =>
    this.lastRef && this.isDateRef(this.lastRef) && !this.lastGrouped ? this.lastRef : null;

  protected tableNamed(item: Item): string | null {
    const said = fold(item.text);
    for (const table of this.tables)
      for (const [index, path] of table.paths.entries()) {
        const names = [path, table.names[index] ?? path];
        if (item.kind === "literal" && names.some((name) => fold(name) === said)) return path;
      }
    return null;
  }
}
