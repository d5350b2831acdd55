import { describe, expect, it } from "vitest";
import { headerOf, rowsOf } from "./testing/csv.ts";
import { carryOut, planFor, TODAY, worldOf } from "./testing/host.ts";
import { decimal, type Entry, FORMATS, type Format, ledger, written } from "./testing/ledger.ts";

const sumBy = (entries: readonly Entry[], key: (one: Entry) => string): Map<string, { fils: number; rows: number }> => {
  const sums = new Map<string, { fils: number; rows: number }>();
  for (const one of entries) {
    const known = sums.get(key(one)) ?? { fils: 0, rows: 0 };
    sums.set(key(one), { fils: known.fils + (one.fils ?? 0), rows: known.rows + 1 });
  }
  return sums;
};
const isLate = (one: Entry): boolean => !one.paid && one.due < TODAY && (one.fils === null || one.fils > 0);

async function run(request: string, format: Format, entries: readonly Entry[], locale: "en" | "ar") {
  const world = worldOf({ "ledger.csv": written(entries, format) });
  const plan = await planFor(request, world, locale);
  const result = await carryOut(request, plan, world, locale);
  for (const one of result.verdict.verdicts)
    expect(`${one.nodeId}: ${one.reasons}`).toBe(
      `${one.nodeId}: ${locale === "ar" ? "مطابق لفحص مستقل." : "It agrees with an independent check."}`,
    );
  return { plan, result };
}
const table = (artifacts: ReadonlyMap<string, string>, start: string) => {
  const name = [...artifacts.keys()].find((one) => one.startsWith(start));
  if (name === undefined) throw new Error(`no ${start} among ${[...artifacts.keys()].join(", ")}`);
  const text = artifacts.get(name) ?? "";
  return { name, header: headerOf(text), rows: rowsOf(text) };
};

describe.each(Object.entries(FORMATS))(
  "offline model on %s tables (FR-2.3: unknown headers and formats)",
  (name, format) => {
    const locale = name === "arabic" ? "ar" : "en";
    const empty = locale === "ar" ? "(فارغ)" : "(empty)";
    const ask = (en: string, ar: string) => (locale === "ar" ? ar : en);

    it.each([1, 2, 3])(
      "totals by client and month, overdue flagged, summary: right to the last decimal (seed %i)",
      async (seed) => {
        const entries = ledger(seed, 60, format);
        const { result } = await run(
          ask(
            "totals by client and month with the overdue ones flagged and a summary to send",
            "اجمع الفواتير حسب العميل والشهر وحدد المتأخرة واكتب ملخص للإرسال",
          ),
          format,
          entries,
          locale,
        );
        const totals = table(result.artifacts, "totals-by");
        const at = totals.header.length - 2;
        const given = new Map(totals.rows.map((row) => [`${row[0]}|${row[1]}`, `${row[at]}|${row[at + 1]}`]));
        const right = sumBy(entries, (one) => `${one.client || empty}|${one.date.slice(0, 7) || empty}`);
        expect(given).toEqual(new Map([...right].map(([key, one]) => [key, `${decimal(one.fils)}|${one.rows}`])));
        const late = entries.filter(isLate);
        const overdue = table(result.artifacts, "overdue.csv");
        expect(overdue.rows.map((row) => row[0]).sort()).toEqual(late.map((one) => one.number).sort());
        const days = (one: Entry) => String(Math.round((Date.parse(TODAY) - Date.parse(one.due)) / 86_400_000));
        expect(new Map(overdue.rows.map((row) => [row[0], row.at(-1)]))).toEqual(
          new Map(late.map((one) => [one.number, days(one)])),
        );
        const summary = result.artifacts.get("summary.md") ?? "";
        const grouped = (fils: number) => decimal(fils).replace(/\B(?=(\d{3})+\.)/g, ",");
        expect(summary).toContain(grouped(entries.reduce((sum, one) => sum + (one.fils ?? 0), 0)));
        expect(summary).toContain(grouped(late.reduce((sum, one) => sum + (one.fils ?? 0), 0)));
      },
    );

    it("removing the overdue step leaves totals and summary, without the overdue part (path 3)", async () => {
      const entries = ledger(9, 30, format);
      const request = ask(
        "totals by client with the overdue ones flagged and a summary to send",
        "اجمع المبالغ حسب العميل وحدد المتأخرة واكتب ملخص للإرسال",
      );
      const world = worldOf({ "ledger.csv": written(entries, format) });
      const plan = await planFor(request, world, locale);
      const steps = plan.steps
        .filter((step) => step.id !== "overdue")
        .map((step) => ({ ...step, dependsOn: step.dependsOn.filter((id) => id !== "overdue") }));
      const result = await carryOut(request, { ...plan, steps }, world, locale);
      expect(result.verdict.verdicts.every((one) => one.accepted)).toBe(true);
      expect([...result.artifacts.keys()].some((one) => one.startsWith("overdue"))).toBe(false);
      expect(result.artifacts.get("summary.md")).not.toMatch(/overdue|المتأخر/i);
    });

    it("average per city, count per status, unpaid over an amount, top 3, months of a year", async () => {
      const entries = ledger(4, 80, format);
      const average = await run(ask("average amount per city", "متوسط المبلغ لكل مدينة"), format, entries, locale);
      const cities = table(average.result.artifacts, "averages");
      for (const row of cities.rows) {
        const values = entries.filter((one) => one.city === row[0] && one.fils !== null).map((one) => one.fils ?? 0);
        const sum = values.reduce((all, one) => all + one, 0);
        const mean = Math.sign(sum) * Math.floor((2 * Math.abs(sum) + values.length) / (2 * values.length));
        expect(`${row[0]} ${row.at(-2)}`).toBe(`${row[0]} ${decimal(mean)}`);
      }
      const top = await run(ask("top 3 clients by total amount", "أعلى ٣ عملاء حسب الإجمالي"), format, entries, locale);
      const best = [...sumBy(entries, (one) => one.client || empty)]
        .sort((a, b) => b[1].fils - a[1].fils)
        .slice(0, 3)
        .map(([client, one]) => `${client} ${decimal(one.fils)}`);
      expect(table(top.result.artifacts, "top-3").rows.map((row) => `${row[0]} ${row.at(-2)}`)).toEqual(best);
      const unpaid = await run(
        ask("list unpaid invoices over 1000", "اعرض الفواتير غير المدفوعة أكثر من ١٠٠٠"),
        format,
        entries,
        locale,
      );
      const owed = entries.filter((one) => !one.paid && (one.fils ?? 0) > 1_000_000).map((one) => one.number);
      expect(table(unpaid.result.artifacts, "list").rows.map((row) => row[0])).toEqual(owed);
      const quarter = await run(
        ask("total in the first quarter of 2026", "الإجمالي في الربع الأول 2026"),
        format,
        entries,
        locale,
      );
      const inside = entries.filter((one) => one.date >= "2026-01-01" && one.date <= "2026-03-31");
      expect(table(quarter.result.artifacts, "totals").rows[0]).toContain(
        decimal(inside.reduce((sum, one) => sum + (one.fils ?? 0), 0)),
      );
    });
  },
);
