export type Kind = "bookings" | "notices";

/** A record the service holds. */
export interface ServiceRecord {
  readonly id: string;
  readonly kind: Kind;
  values: Readonly<Record<string, unknown>>;
}

/** One write that was really carried out. */
export interface LedgerEntry {
  readonly action: "created" | "changed" | "deleted";
  readonly kind: Kind;
  readonly id: string;
  /** The Idempotency-Key, or the reference, that came with it; null when none did. */
  readonly key: string | null;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What the service knows for certain: every write carried out, and how often each key came in. */
export class ServiceLedger {
  readonly effects: LedgerEntry[] = [];
  readonly records = new Map<string, ServiceRecord>();
  /** Times a write with this key arrived, carried out or not. */
  readonly arrivals = new Map<string, number>();
  readonly answers = new Map<string, { readonly body: string; readonly record: ServiceRecord }>();
  #count = 0;

  arrived(key: string | null): void {
    if (key !== null) this.arrivals.set(key, (this.arrivals.get(key) ?? 0) + 1);
  }

  create(kind: Kind, key: string | null, values: Readonly<Record<string, unknown>>): ServiceRecord {
    this.#count += 1;
    const record = { id: `${kind === "bookings" ? "bk" : "nt"}_${this.#count}`, kind, values };
    this.records.set(record.id, record);
    this.effects.push({ action: "created", kind, id: record.id, key, values });
    return record;
  }

  change(record: ServiceRecord, key: string | null, values: Readonly<Record<string, unknown>>): void {
    record.values = values;
    this.effects.push({ action: "changed", kind: record.kind, id: record.id, key, values });
  }

  remove(record: ServiceRecord, key: string | null): void {
    this.records.delete(record.id);
    this.effects.push({ action: "deleted", kind: record.kind, id: record.id, key, values: record.values });
  }

  /** The record a write with this key made. */
  byKey(kind: Kind | null, key: string): ServiceRecord | undefined {
    const entry = this.effects.find(
      (one) => one.action === "created" && one.key === key && (kind === null || one.kind === kind),
    );
    return entry ? this.records.get(entry.id) : undefined;
  }

  of(kind: Kind): ServiceRecord[] {
    return [...this.records.values()].filter((record) => record.kind === kind);
  }

  /** As `GET /__ledger` tells it. */
  view(): LedgerView {
    return {
      effects: this.effects,
      records: [...this.records.values()],
      arrivals: Object.fromEntries(this.arrivals),
    };
  }
}

export interface LedgerView {
  readonly effects: readonly LedgerEntry[];
  readonly records: readonly ServiceRecord[];
  readonly arrivals: Readonly<Record<string, number>>;
}
