import { startFakeService } from "../../fakes/service.ts";
import type { LedgerEntry } from "../../fakes/service-ledger.ts";
import { markOf, SERVICES } from "./brain.ts";
import type { Carried } from "./checks.ts";
import { type Moment, sleep } from "./triggers.ts";

/** How long a write stays done and unanswered, so that a kill can fall between: milliseconds. */
const UNANSWERED_MS = 15;

/** The services of a crash run, with the one set of books that nothing kills. */
export interface Outside {
  /** HTTP_SERVICES for the app. */
  readonly services: string;
  /** What a person finds who looks up at the service whether a write of unknown outcome happened. */
  truth(service: string, mark: string): "done" | "again";
  carried(): Carried[];
  close(): Promise<void>;
}

export async function startOutside(tell: (moment: Moment) => void): Promise<Outside> {
  const service = await startFakeService({
    watch: async (moment) => {
      tell(`effect.${moment}`);
      await sleep(UNANSWERED_MS);
    },
  });
  const common = { baseUrl: service.url, credential: null };
  const named = (name: string) => ({ name, label: { en: name, ar: name }, description: `Takes ${name}` });
  const services = JSON.stringify([
    { ...named(SERVICES.keyed), ...common, idempotency: "header" },
    { ...named(SERVICES.plain), ...common, idempotency: "none" },
    { ...named(SERVICES.looked), ...common, idempotency: "none", readBack: "/lookup?reference={key}" },
  ]);
  const carried = (): Carried[] => {
    const { effects, arrivals } = service.ledger();
    return effects.map((effect) => ({
      service: serviceOf(effect),
      mark: markOf(JSON.stringify(effect.values)),
      key: effect.key,
      requests: effect.key === null ? 1 : (arrivals[effect.key] ?? 0),
    }));
  };
  return {
    services,
    truth: (name, mark) => (carried().some((one) => one.service === name && one.mark === mark) ? "done" : "again"),
    carried,
    close: () => service.close(),
  };
}

/** Which of the three a write was meant for: two of them share one kind of record. */
function serviceOf({ kind, values }: LedgerEntry): string {
  if (kind === "bookings") return SERVICES.keyed;
  return String(values.text).startsWith("Letter") ? SERVICES.looked : SERVICES.plain;
}
