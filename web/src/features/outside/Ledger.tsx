import {
  CircleCheck,
  CircleHelp,
  CircleX,
  ExternalLink,
  FlaskConical,
  Globe,
  LoaderCircle,
  type LucideIcon,
  Undo2,
} from "lucide-react";
import { useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { EffectRecord } from "../../../../shared/workflow/effects.ts";
import { toFailureView } from "../../../../shared/workflow/view.ts";
import { moment } from "../../i18n/format.ts";
import { type MessageId, useLocale, useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { Card, SectionTitle } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { Empty, SkeletonList } from "../ui/States.tsx";
import { TEXT_TONES } from "../ui/Status.tsx";
import { fieldsOf } from "./arguments.ts";
import { hasWayBack, type Line, linesOf, linkOf, notSent } from "./ledger.ts";
import { Fact, Reversible, useFieldName } from "./OutsideFacts.tsx";
import { useNames } from "./people.ts";
import { RehearsalNote } from "./Rehearsal.tsx";
import { useServiceName } from "./service-name.ts";
import { UndoSheet } from "./UndoSheet.tsx";

interface LedgerProps {
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly mayWrite: boolean;
  readonly openNode: (id: string) => void;
}

/** What was done outside: what, where, when, by which step, on whose word, and whether there is a way back. */
export default function Ledger({ view, live, mayWrite, openNode }: LedgerProps) {
  const t = useT();
  const nameOf = useNames(view.projectId);
  const [undoing, setUndoing] = useState<readonly string[] | null>(null);
  if (!live.state) return <SkeletonList />;
  const lines = linesOf(live.state.effects);
  const declined = notSent(view);
  if (lines.length + declined.length === 0)
    return (
      <Empty icon={Globe} title={t("ledger.none")}>
        {t("ledger.noneLead")}
      </Empty>
    );
  const able = lines.filter((line) => line.canUndo);
  return (
    <div className="flex flex-col gap-6">
      <RehearsalNote view={view} />
      {lines.length > 0 && (
        <section>
          <SectionTitle
            end={
              mayWrite &&
              able.length > 0 && (
                <Button icon={Undo2} onClick={() => setUndoing(able.map((line) => line.effect.effectId))}>
                  {t("undo.run")}
                </Button>
              )
            }
          >
            {view.mode === "rehearsal"
              ? t("rehearsal.would", { count: lines.length })
              : t("ledger.title", { count: lines.length })}
          </SectionTitle>
          <ul className="flex flex-col gap-3">
            {lines.map((line) => (
              <LineCard
                key={line.effect.effectId}
                line={line}
                view={view}
                nameOf={nameOf}
                openNode={openNode}
                onUndo={mayWrite && line.canUndo ? () => setUndoing([line.effect.effectId]) : null}
              />
            ))}
          </ul>
        </section>
      )}
      {declined.length > 0 && (
        <section>
          <SectionTitle>{t("ledger.notSent")}</SectionTitle>
          <Card className="divide-y divide-line">
            {declined.map((one) => (
              <div key={one.id} className="px-4 py-3">
                <p dir="auto" className="font-medium">
                  {one.summary}
                </p>
                <p className="text-[13px] text-muted first-letter:uppercase">
                  {one.status === "expired"
                    ? t("ledger.notSentExpired")
                    : t("ledger.notSentRejected", { name: nameOf(one.decidedBy) })}
                  {one.decidedAt && ` · ${moment(one.decidedAt)}`}
                </p>
              </div>
            ))}
          </Card>
        </section>
      )}
      {undoing && (
        <UndoSheet
          workflowId={view.id}
          lines={lines}
          wanted={undoing}
          whole={undoing.length > 1 || able.length === 1}
          onClose={() => setUndoing(null)}
        />
      )}
    </div>
  );
}

const LOOK: Readonly<
  Record<EffectRecord["status"], { icon: LucideIcon; tone: keyof typeof TEXT_TONES; text: MessageId }>
> = {
  intended: { icon: LoaderCircle, tone: "run", text: "ledger.intended" },
  done: { icon: CircleCheck, tone: "ok", text: "ledger.done" },
  recorded: { icon: FlaskConical, tone: "warn", text: "ledger.recorded" },
  failed: { icon: CircleX, tone: "warn", text: "ledger.failed" },
  unknown: { icon: CircleHelp, tone: "brand", text: "ledger.unknown" },
  undone: { icon: Undo2, tone: "idle", text: "ledger.undone" },
};

/** What was not done, or is taken back already, needs no way back. */
const HAS_WAY_BACK: readonly EffectRecord["status"][] = ["intended", "done", "recorded", "unknown"];

interface LineProps {
  readonly line: Line;
  readonly view: WorkflowView;
  readonly nameOf: (userId: string | null) => string;
  readonly openNode: (id: string) => void;
  readonly onUndo: (() => void) | null;
}

function LineCard({ line, view, nameOf, openNode, onUndo }: LineProps) {
  const t = useT();
  const locale = useLocale();
  const { effect } = line;
  const look = LOOK[effect.status];
  const Icon = look.icon;
  const step = view.plan?.nodes.find((node) => node.id === effect.nodeId);
  const failure = effect.failure && toFailureView(effect.failure, locale);
  const service = useServiceName()(effect.service);
  return (
    <li
      data-testid="effect"
      data-effect={effect.effectId}
      data-status={effect.status}
      className="rounded-2xl border border-line bg-surface p-4"
    >
      <p className={cx("flex items-center gap-1.5 text-[13px] font-semibold", TEXT_TONES[look.tone])}>
        <Icon
          aria-hidden
          className={cx("size-4 shrink-0", effect.status === "intended" && "motion-safe:animate-spin")}
        />
        {t(look.text)}
        <time dateTime={effect.settledAt ?? effect.intendedAt} className="ms-auto font-normal text-muted">
          {moment(effect.settledAt ?? effect.intendedAt)}
        </time>
      </p>
      <p dir="auto" className="mt-1.5 leading-snug font-medium">
        {effect.summary}
      </p>
      <p className="mt-1 flex flex-wrap gap-x-2 text-[13px] text-muted">
        <bdi>{service}</bdi>
        <span aria-hidden>·</span>
        <bdi className="break-all">{effect.target}</bdi>
        {effect.approvedBy !== null && (
          <>
            <span aria-hidden>·</span>
            <span>{t("ledger.approved", { name: nameOf(effect.approvedBy) })}</span>
          </>
        )}
      </p>
      {effect.inheritedFrom !== null && <p className="mt-1 text-[13px] text-muted">{t("ledger.inherited")}</p>}
      {failure && (
        <p dir="auto" className="mt-2 text-sm text-soft">
          {failure.title}. {failure.detail}
        </p>
      )}
      <UndoState effect={effect} nameOf={nameOf} />
      <div className="mt-3 flex flex-wrap items-center gap-2 empty:hidden">
        {HAS_WAY_BACK.includes(effect.status) && <Reversible reversible={hasWayBack(effect)} />}
        {onUndo && (
          <Button
            icon={Undo2}
            aria-label={t("undo.oneNamed", { what: effect.summary })}
            onClick={onUndo}
            className="ms-auto"
          >
            {t("undo.one")}
          </Button>
        )}
      </div>
      <Details
        effect={effect}
        service={service}
        step={step?.label ?? null}
        onStep={step ? () => openNode(step.id) : null}
      />
    </li>
  );
}

function UndoState({ effect, nameOf }: { readonly effect: EffectRecord; readonly nameOf: LineProps["nameOf"] }) {
  const t = useT();
  const locale = useLocale();
  const { undo } = effect;
  if (!undo) return null;
  const failure = undo.failure && toFailureView(undo.failure, locale);
  const busy = undo.status === "requested" || undo.status === "running";
  return (
    <p role="status" className="mt-2 flex items-start gap-2 text-sm text-soft">
      {busy ? (
        <LoaderCircle aria-hidden className="mt-0.5 size-4 shrink-0 text-run motion-safe:animate-spin" />
      ) : (
        <Undo2
          aria-hidden
          className={cx("mt-0.5 size-4 shrink-0", undo.status === "refused" ? "text-warn" : "text-ok")}
        />
      )}
      <span dir="auto">
        {undo.status === "done"
          ? t("undo.doneAt", { time: moment(undo.at), name: nameOf(undo.by) })
          : t(
              undo.status === "refused"
                ? "undo.refused"
                : undo.status === "running"
                  ? "undo.running"
                  : "undo.requested",
            )}
        {failure && `: ${failure.detail}`}
      </span>
    </p>
  );
}

interface DetailsProps {
  readonly effect: EffectRecord;
  readonly service: string;
  readonly step: string | null;
  readonly onStep: (() => void) | null;
}

function Details({ effect, service, step, onStep }: DetailsProps) {
  const t = useT();
  const fieldName = useFieldName();
  const { receipt } = effect;
  const link = linkOf(effect);
  return (
    <details className="mt-2">
      <summary className="flex min-h-11 cursor-pointer items-center text-sm font-medium text-soft">
        {t(receipt ? "ledger.receipt" : "ledger.values")}
      </summary>
      <dl className="flex flex-col gap-2 text-sm">
        {receipt?.reference && (
          <Fact label={t("ledger.receipt")}>
            <bdi className="break-all">{receipt.reference}</bdi>
          </Fact>
        )}
        {receipt?.detail && (
          <Fact label={t("tool.output")}>
            <span dir="auto">{receipt.detail}</span>
          </Fact>
        )}
        {fieldsOf(effect.arguments).map((field) => (
          <Fact key={field.id} label={fieldName(field.path)}>
            <span dir="auto">{field.shown || t("outside.nothing")}</span>
          </Fact>
        ))}
      </dl>
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-muted">
        {effect.sent > 1 && <span>{t("ledger.sentTimes", { count: effect.sent })}</span>}
        {effect.knownBy === "person" && <span>{t("ledger.byPerson")}</span>}
        {effect.knownBy === "read-back" && <span>{t("ledger.byReadBack")}</span>}
        {link && (
          <a
            href={link}
            target="_blank"
            rel="noreferrer noopener"
            className="inline-flex min-h-11 items-center gap-1.5 font-medium text-brand hover:underline"
          >
            <ExternalLink aria-hidden className="size-4" />
            {t("ledger.open", { service })}
          </a>
        )}
        {onStep && step !== null && (
          <Button look="ghost" onClick={onStep}>
            {t("ledger.step", { step })}
          </Button>
        )}
      </div>
    </details>
  );
}
