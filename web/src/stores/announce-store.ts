import { createStore } from "zustand/vanilla";
import type { WorkflowView } from "../../../shared/api/workflows.ts";
import { t } from "../i18n/i18n.ts";

/** What the polite live region says now. */
export const announceStore = createStore<{ readonly text: string }>()(() => ({ text: "" }));

/** A screen reader is told at most this often; what happened meanwhile is told together. */
const EVERY_MS = 3_000;
const MAX_TOLD = 3;

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let toldAt = Number.NEGATIVE_INFINITY;

export function announce(text: string): void {
  waiting = [...waiting.filter((one) => one !== text), text];
  if (timer !== undefined) return;
  timer = setTimeout(tell, Math.max(0, EVERY_MS - (performance.now() - toldAt)));
}

function tell(): void {
  timer = undefined;
  toldAt = performance.now();
  const more = waiting.length - MAX_TOLD;
  const told = waiting.slice(-MAX_TOLD);
  if (more > 0) told.push(t("announce.more", { count: more }));
  waiting = [];
  announceStore.setState({ text: told.join(". ") });
}

/** Tells what changed between two looks at a run: its status, and its steps' statuses. */
export function announceRun(before: WorkflowView, after: WorkflowView): void {
  if (before.status !== after.status)
    announce(t("announce.workflow", { name: after.name, status: t(`status.${after.status}`) }));
  const known = new Map(before.plan?.nodes.map((node) => [node.id, node.status]));
  for (const node of after.plan?.nodes ?? []) {
    const last = known.get(node.id);
    if (last !== undefined && last !== node.status)
      announce(t("announce.step", { name: node.label, status: t(`node.${node.status}`) }));
  }
}
