import { type KeyboardEvent, useRef } from "react";
import { useStore } from "zustand";
import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { STAGES } from "../../../../shared/workflow/plan-limits.ts";
import { agentName } from "../../i18n/agents.ts";
import { percent } from "../../i18n/format.ts";
import { useLocale, useT } from "../../i18n/i18n.ts";
import type { SceneStore } from "../../stores/scene-store.ts";
import { inOrder } from "../plan/plan-edit.ts";
import { Money } from "../ui/Bits.tsx";
import { cx } from "../ui/classes.ts";
import { NodeDot, nodeLook } from "../ui/Status.tsx";
import { Steer } from "./Steer.tsx";
import { isOver } from "./use-workflow.ts";

interface OutlineProps {
  readonly view: WorkflowView;
  readonly scene: SceneStore;
  readonly mayWrite: boolean;
  readonly openNode: (id: string) => void;
}

/**
 * The run as an ordered tree: what a screen reader gets, and what shows without WebGL. One tab stop; arrows move,
 * Home and End jump, Enter opens. It shares its selection with the map.
 */
export function Outline({ view, scene, mayWrite, openNode }: OutlineProps) {
  const t = useT();
  const tree = useRef<HTMLUListElement>(null);
  const selected = useStore(scene, (state) => state.selectedId);
  const nodes = inOrder(view.plan?.nodes ?? []);
  const current = nodes.find((node) => node.id === selected)?.id ?? nodes[0]?.id;
  const press = (event: KeyboardEvent) => {
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[data-step][role="treeitem"]') ?? [])];
    const at = items.findIndex((item) => item.dataset.step === current);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      if (current) openNode(current);
    } else if (to !== undefined) {
      const item = items[Math.max(0, Math.min(items.length - 1, to))];
      if (item?.dataset.step) scene.getState().select(item.dataset.step);
      item?.focus();
    } else return;
    event.preventDefault();
  };
  return (
    <div className="flex flex-col gap-4">
      <ul
        ref={tree}
        role="tree"
        aria-label={t("outline.label", { name: view.name })}
        onKeyDown={press}
        className="flex flex-col gap-5"
      >
        {STAGES.map((stage) => {
          const group = nodes.filter((node) => node.stage === stage);
          if (group.length === 0) return null;
          const share = view.stages.find((one) => one.stage === stage)?.percent ?? 0;
          return (
            <li key={stage} role="none">
              <p
                aria-hidden
                className="mb-2 flex items-center justify-between px-1 text-[13px] font-semibold text-muted"
              >
                <span>{t(`stage.${stage}`)}</span>
                <bdi className="tabular">{percent(share)}</bdi>
              </p>
              <ul role="group" aria-label={`${t(`stage.${stage}`)}, ${percent(share)}`} className="flex flex-col gap-2">
                {group.map((node, index) => (
                  <Item
                    key={node.id}
                    node={node}
                    place={index + 1}
                    of={group.length}
                    all={nodes}
                    tabbable={node.id === current}
                    selected={node.id === selected}
                    onOpen={() => openNode(node.id)}
                  />
                ))}
              </ul>
            </li>
          );
        })}
      </ul>
      {mayWrite && !isOver(view.status) && view.status !== "pending_approval" && <Steer view={view} />}
    </div>
  );
}

interface ItemProps {
  readonly node: NodeView;
  readonly place: number;
  readonly of: number;
  readonly all: readonly NodeView[];
  readonly tabbable: boolean;
  readonly selected: boolean;
  readonly onOpen: () => void;
}

function Item({ node, place, of, all, tabbable, selected, onOpen }: ItemProps) {
  const t = useT();
  const locale = useLocale();
  const look = nodeLook(node);
  const status = t(look.text);
  const from = node.dependsOn.map((id) => all.find((one) => one.id === id)?.label ?? id);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree above handles the keyboard.
    <li
      role="treeitem"
      data-step={node.id}
      data-status={node.status}
      aria-level={1}
      aria-posinset={place}
      aria-setsize={of}
      aria-selected={selected}
      tabIndex={tabbable ? 0 : -1}
      onClick={onOpen}
      className={cx(
        "flex min-h-14 cursor-pointer items-center gap-3 rounded-2xl border bg-surface px-4 py-3 transition-colors",
        selected ? "border-brand" : "border-line hover:border-line-strong",
      )}
    >
      <NodeDot node={node} />
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block leading-snug font-medium">
          {node.label}
        </span>
        <span className="mt-0.5 flex flex-wrap gap-x-2 text-[13px] text-muted">
          <span>{status}</span>
          <span>
            · <bdi>{agentName(node.agent, locale)}</bdi>
          </span>
          {node.costMicros > 0 && (
            <span>
              · <Money micros={node.costMicros} />
            </span>
          )}
        </span>
        {node.statusMessage && node.status === "running" && (
          <span dir="auto" className="mt-0.5 block truncate text-[13px] text-soft">
            {node.statusMessage}
          </span>
        )}
        {from.length > 0 && <span className="sr-only">{t("outline.after", { steps: from.join(", ") })}</span>}
      </span>
    </li>
  );
}
