import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock3,
  FlaskConical,
  Hand,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  Pause,
  RefreshCw,
  ShieldCheck,
  SkipForward,
  TriangleAlert,
} from "lucide-react";
import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { type MessageId, useT } from "../../i18n/i18n.ts";
import { cx } from "./classes.ts";

type Tone = "ok" | "run" | "warn" | "bad" | "idle" | "brand";

export const TONES: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  run: "bg-run-soft text-run",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  idle: "bg-idle-soft text-idle",
  brand: "bg-brand-soft text-brand",
};

export const TEXT_TONES: Record<Tone, string> = {
  ok: "text-ok",
  run: "text-run",
  warn: "text-warn",
  bad: "text-bad",
  idle: "text-idle",
  brand: "text-brand",
};

interface Look {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly spin?: boolean;
  readonly text: MessageId;
}

/** Works again after an attempt that failed; a review that goes on with its next steps is no repair. */
export const isRepairing = (node: Pick<NodeView, "status" | "attempts">): boolean =>
  node.status === "running" && node.attempts.slice(0, -1).some((one) => one.failure !== null);

/** Red only when the person must act; what is being retried is amber. */
export function nodeLook(node: Pick<NodeView, "status" | "attempts"> & { readonly retrying?: boolean }): Look {
  switch (node.status) {
    case "pending":
      return { tone: "idle", icon: CircleDashed, text: "node.pending" };
    case "running":
      return isRepairing(node)
        ? { tone: "warn", icon: RefreshCw, spin: true, text: "node.debugging" }
        : { tone: "run", icon: LoaderCircle, spin: true, text: "node.running" };
    case "waiting":
      return { tone: "brand", icon: Hand, text: "node.waiting" };
    case "reviewing":
      return { tone: "run", icon: ShieldCheck, text: "node.reviewing" };
    case "success":
      return { tone: "ok", icon: CircleCheck, text: "node.success" };
    case "warning":
      return { tone: "warn", icon: TriangleAlert, text: "node.warning" };
    case "error":
      return node.retrying
        ? { tone: "warn", icon: RefreshCw, text: "node.retrying" }
        : { tone: "bad", icon: CircleX, text: "node.error" };
    case "skipped":
      return { tone: "idle", icon: SkipForward, text: "node.skipped" };
  }
}

const WORKFLOW: Record<WorkflowView["status"], Look> = {
  planning: { tone: "run", icon: LoaderCircle, spin: true, text: "status.planning" },
  pending_approval: { tone: "brand", icon: Hand, text: "status.pending_approval" },
  orchestrating: { tone: "run", icon: LoaderCircle, spin: true, text: "status.orchestrating" },
  building: { tone: "run", icon: LoaderCircle, spin: true, text: "status.building" },
  reviewing: { tone: "run", icon: ShieldCheck, text: "status.reviewing" },
  paused: { tone: "warn", icon: Pause, text: "status.paused" },
  completed: { tone: "ok", icon: CircleCheck, text: "status.completed" },
  failed: { tone: "bad", icon: CircleX, text: "status.failed" },
  cancelled: { tone: "idle", icon: Ban, text: "status.cancelled" },
};

const QUEUED: Look = { tone: "idle", icon: Hourglass, text: "queue.chip" };
const REHEARSAL: Look = { tone: "warn", icon: FlaskConical, text: "rehearsal.chip" };

export function workflowLook(status: string, waiting = 0): Look {
  if (waiting > 0) return { tone: "brand", icon: Hand, text: "status.waiting" };
  const known = Object.entries(WORKFLOW).find(([name]) => name === status);
  return known?.[1] ?? { tone: "idle", icon: Clock3, text: "status.planning" };
}

function Chip({ look }: { readonly look: Look }) {
  const t = useT();
  const Icon = look.icon;
  return (
    <span
      className={cx(
        "inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-[13px] font-medium whitespace-nowrap",
        TONES[look.tone],
      )}
    >
      <Icon aria-hidden className={cx("size-3.5", look.spin && "motion-safe:animate-spin")} />
      {t(look.text)}
    </span>
  );
}

export const NodeChip = ({ node }: { readonly node: Parameters<typeof nodeLook>[0] }) => <Chip look={nodeLook(node)} />;

interface WorkflowChipProps {
  readonly status: string;
  readonly waiting?: number;
  /** Waits for room to run. */
  readonly queued?: boolean;
}

export const WorkflowChip = ({ status, waiting, queued }: WorkflowChipProps) => (
  <Chip look={queued && !waiting ? QUEUED : workflowLook(status, waiting)} />
);

/** Beside the status of a run that sends nothing. */
export const RehearsalChip = () => <Chip look={REHEARSAL} />;

/** The status as a round badge, for lists where the text stands elsewhere. */
export function NodeDot({ node }: { readonly node: Parameters<typeof nodeLook>[0] }) {
  const look = nodeLook(node);
  const Icon = look.icon;
  return (
    <span className={cx("flex size-8 shrink-0 items-center justify-center rounded-full", TONES[look.tone])}>
      <Icon aria-hidden className={cx("size-4", look.spin && "motion-safe:animate-spin")} />
    </span>
  );
}
