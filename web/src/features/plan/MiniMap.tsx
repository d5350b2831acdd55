import { useStore } from "zustand";
import { number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { settingsStore } from "../../stores/settings-store.ts";
import type { Step } from "./plan-edit.ts";
import { inOrder } from "./plan-edit.ts";

const W = 40;
const H = 32;
const GAP_X = 20;
const GAP_Y = 14;
const PAD = 8;
const MAX_DRAWN = 80;

type Drawn = Step & { readonly status?: string };

/**
 * The shape of a plan at a glance: numbered as in the list beside it, so that it needs no text too small to read.
 * A drawing without WebGL; the list is its text.
 */
export function MiniMap({ steps }: { readonly steps: readonly Drawn[] }) {
  const t = useT();
  const mirrored = useStore(settingsStore, (settings) => settings.mapDirection === "rtl");
  if (steps.length === 0 || steps.length > MAX_DRAWN) return null;
  const order = new Map(inOrder(steps).map((step, index) => [step.id, index + 1]));
  const columns = Math.max(...steps.map((step) => step.position.x)) + 1;
  const rows = Math.max(...steps.map((step) => step.position.y)) + 1;
  const width = columns * (W + GAP_X) - GAP_X + PAD * 2;
  const height = rows * (H + GAP_Y) - GAP_Y + PAD * 2;
  const at = new Map(
    steps.map((step) => [
      step.id,
      {
        x: PAD + (mirrored ? columns - 1 - step.position.x : step.position.x) * (W + GAP_X),
        y: PAD + step.position.y * (H + GAP_Y),
      },
    ]),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <div dir="ltr" className="overflow-x-auto rounded-xl bg-bg" tabIndex={0} role="group" aria-label={t("plan.map")}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={t("plan.mapText", { count: steps.length })}
        className="mx-auto block"
      >
        {steps.flatMap((step) =>
          step.dependsOn.map((from) => {
            const [a, b] = [at.get(from), at.get(step.id)];
            if (!a || !b) return null;
            const way = mirrored ? -1 : 1;
            const [x1, y1, x2, y2] = [mirrored ? a.x : a.x + W, a.y + H / 2, mirrored ? b.x + W : b.x, b.y + H / 2];
            const bend = way * Math.max(10, Math.abs(x2 - x1) / 2);
            return (
              <path
                key={`${from} ${step.id}`}
                d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
                fill="none"
                stroke="var(--line-strong)"
                strokeWidth="1.5"
              />
            );
          }),
        )}
        {steps.map((step) => {
          const place = at.get(step.id);
          if (!place) return null;
          const review = step.stage === "reviewing";
          return (
            <g key={step.id} transform={`translate(${place.x} ${place.y})`}>
              <title>{step.label}</title>
              <rect
                width={W}
                height={H}
                rx={step.type === "decision" ? 16 : 9}
                fill={review ? "var(--ok-soft)" : "var(--brand-soft)"}
                stroke={review ? "var(--ok)" : "var(--brand)"}
                strokeOpacity="0.6"
              />
              <text
                x={W / 2}
                y={H / 2 + 4.5}
                textAnchor="middle"
                fontSize="13"
                fontWeight="600"
                fill={review ? "var(--ok)" : "var(--brand)"}
              >
                {number(order.get(step.id) ?? 0)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
