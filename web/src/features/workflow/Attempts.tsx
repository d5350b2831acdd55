import { CircleCheck, LoaderCircle, RefreshCw } from "lucide-react";
import type { NodeView } from "../../../../shared/api/workflows.ts";
import { duration, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Money } from "../ui/Bits.tsx";

/** NFR-P2.2: one try and two repairs, each another way. A person may ask for more. */
const MAX_ATTEMPTS = 3;

/** How often a step was tried, what each try cost and failed on; and how such problems went before. */
export function Attempts({ node }: { readonly node: NodeView }) {
  const t = useT();
  const { attempts, similar } = node;
  if (attempts.length < 2 && !attempts.some((one) => one.failure) && !similar) return null;
  const of = Math.max(MAX_ATTEMPTS, attempts.length);
  return (
    <div className="flex flex-col gap-2" data-testid="attempts">
      {similar && (
        <p className="text-[15px] text-soft">
          {t("attempts.similar", { succeeded: number(similar.succeeded), total: number(similar.total) })}
        </p>
      )}
      {attempts.length > 0 && (
        <details className="rounded-2xl border border-line">
          <summary className="flex min-h-12 cursor-pointer items-center gap-2 rounded-2xl px-4 font-medium hover:bg-hover">
            {t("attempts.title", { count: attempts.length })}
          </summary>
          <ol className="divide-y divide-line">
            {attempts.map((one) => {
              const running = one.endedAt === null;
              const Icon = one.failure ? RefreshCw : running ? LoaderCircle : CircleCheck;
              return (
                <li key={one.attempt} className="flex items-start gap-3 px-4 py-3">
                  <Icon
                    aria-hidden
                    className={`mt-0.5 size-4 shrink-0 ${one.failure ? "text-warn" : running ? "text-run motion-safe:animate-spin" : "text-ok"}`}
                  />
                  <div className="min-w-0 flex-1 text-[15px]">
                    <p className="flex flex-wrap items-baseline justify-between gap-x-3">
                      <span className="font-medium">
                        {t("attempts.one", { n: number(one.attempt), m: number(of) })}
                      </span>
                      <Money micros={one.costMicros} className="text-sm" />
                    </p>
                    <p dir="auto" className="text-sm text-soft">
                      {one.failure
                        ? t("attempts.failed", { what: `${one.failure.title}. ${one.failure.detail}` })
                        : t(running ? "attempts.current" : "attempts.worked")}
                    </p>
                    {one.endedAt && (
                      <p className="text-[13px] text-muted">
                        {duration(Date.parse(one.endedAt) - Date.parse(one.startedAt))}
                      </p>
                    )}
                  </div>
                </li>
              );
            })}
          </ol>
        </details>
      )}
    </div>
  );
}
