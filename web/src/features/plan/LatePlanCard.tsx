import { late } from "../ui/late.tsx";
import { Skeleton } from "../ui/States.tsx";

interface Props {
  readonly projectId: string;
  readonly workflowId: string;
}

const card = late<Props>(
  async () => (await import("./PlanCard.tsx")).PlanCard,
  () => <Skeleton className="h-48" />,
);

/** The plan card, fetched by conversations that have one. */
export const LatePlanCard = card.Late;
export const loadPlanCard = card.load;
