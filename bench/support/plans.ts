import type { WorkflowView } from "../../shared/api/workflows.ts";
import type { PlanNode } from "../../shared/workflow/plan.ts";

interface Parts {
  readonly first: PlanNode;
  readonly tables: readonly PlanNode[];
  readonly review: PlanNode;
}

function partsOf(planned: WorkflowView): Parts {
  const nodes = planned.plan?.nodes ?? [];
  const [first] = nodes;
  const review = nodes.find((node) => node.stage === "reviewing");
  if (!first || !review) throw new Error("the plan has no first step or no review");
  return { first, tables: nodes.filter((node) => node.stage === "building"), review };
}

/** Small readings of which each three follow the three before, the first three `first`. */
function readings(first: PlanNode, count: number, prefix: string): PlanNode[] {
  return Array.from({ length: count }, (_, index) => ({
    ...first,
    id: `${prefix}${index}`,
    label: `Look at part ${index + 1}`,
    instructions: "",
    dependsOn: [index < 3 ? first.id : `${prefix}${index - 3}`],
  }));
}

const idsOf = (nodes: readonly PlanNode[]): string[] => nodes.map((node) => node.id);

/**
 * A plan of `steps`: a reading, small readings, the tables as planned, a review. Small steps, because what is measured
 * is the engine and not the work.
 */
export function longPlan(planned: WorkflowView, steps: number): PlanNode[] {
  const { first, tables, review } = partsOf(planned);
  const read = readings(first, steps - 2 - tables.length, "reading-");
  const last = idsOf(read.slice(-3));
  const known = new Set([first.id, ...idsOf(tables)]);
  const tied = tables.map((node): PlanNode => {
    const among = node.dependsOn.filter((id) => known.has(id) && id !== first.id);
    return { ...node, dependsOn: among.length > 0 ? among : last };
  });
  return [first, ...read, ...tied, { ...review, dependsOn: idsOf(tied) }];
}
