import { Globe } from "lucide-react";
import { useT } from "../../i18n/i18n.ts";
import { useServiceName } from "../outside/service-name.ts";
import { servicesOf } from "./touches.ts";

interface Reaching {
  readonly touches?: readonly string[] | undefined;
}

/** What of the outside world a plan may reach, in sum; nothing is drawn for a plan that stays inside. */
export function Touches({ steps }: { readonly steps: readonly Reaching[] }) {
  const t = useT();
  const nameOf = useServiceName();
  const services = servicesOf(steps);
  if (services.length === 0) return null;
  return (
    <section data-testid="touches" className="rounded-xl border border-line bg-bg p-3 text-sm">
      <h3 className="flex items-center gap-2 font-medium">
        <Globe aria-hidden className="size-4 shrink-0 text-brand" />
        {t("touches.title")}
      </h3>
      <ul className="mt-1.5 flex flex-col gap-1">
        {services.map((one) => (
          <li key={one.name} className="flex items-baseline justify-between gap-3">
            <bdi className="min-w-0 font-medium break-words">{nameOf(one.name)}</bdi>
            <span className="shrink-0 text-[13px] text-muted tabular">{t("touches.steps", { count: one.steps })}</span>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-[13px] text-muted">{t("touches.asks")}</p>
    </section>
  );
}

/** The services of one step, in a line of its row. */
export function StepTouches({ names }: { readonly names: readonly string[] | undefined }) {
  const t = useT();
  const nameOf = useServiceName();
  if (!names || names.length === 0) return null;
  return (
    <span className="mt-0.5 flex items-center gap-1.5 text-[13px] text-soft">
      <Globe aria-hidden className="size-3.5 shrink-0 text-brand" />
      {t("touches.step", { services: names.map(nameOf).join(", ") })}
    </span>
  );
}
