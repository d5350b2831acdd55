import { useMutation } from "@tanstack/react-query";
import { Check, Clock3, Copy, Hand, PencilLine, Send, TriangleAlert, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useId, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { ApiError } from "../../api/http.ts";
import { decideApproval } from "../../api/workflows.ts";
import { moment } from "../../i18n/format.ts";
import { useT, withTexts } from "../../i18n/i18n.ts";
import { toastError } from "../../stores/toast-store.ts";
import { shownArguments, siteArguments } from "../publish/site-arguments.ts";
import { Button } from "../ui/Button.tsx";
import { directionOf } from "../ui/direction.ts";
import { Sheet } from "../ui/Sheet.tsx";
import { ArgumentForm } from "./ArgumentForm.tsx";
import { changedFields, type Field, fieldsOf, type Typed, withTyped, wrongFields } from "./arguments.ts";
import { Fact, Reversible, useFieldName } from "./OutsideFacts.tsx";
import { useNames } from "./people.ts";

const SiteApproval = lazy(() => withTexts(["made"], () => import("../publish/SiteApproval.tsx")));

type Approval = WorkflowView["approvals"][number];

interface ApprovalProps {
  readonly view: WorkflowView;
  readonly approval: Approval;
}

/** Shown in the card itself; the rest is in the sheet. */
const FIRST = 4;

/** A step wants to write outside: what, where, and whether there is a way back. What the person leaves of it is sent. */
export function EffectApproval({ view, approval }: ApprovalProps) {
  const t = useT();
  const titleId = useId();
  const [typed, setTyped] = useState<Typed>({});
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const site = siteArguments(approval.preview?.action, approval.arguments);
  const fields = fieldsOf(site ? shownArguments(approval.arguments) : approval.arguments);
  const changed = changedFields(fields, typed);
  const decide = useMutation({
    mutationFn: (decision: "approved" | "rejected") =>
      decideApproval(
        view.id,
        approval.id,
        decision,
        decision === "approved" && changed.length > 0 ? withTyped(approval.arguments, typed) : undefined,
      ),
    onSuccess: () => setOpen(false),
    onError: (error) => {
      // What was typed stays where it was typed, with the reason above it.
      if (error instanceof ApiError && error.code === "approval_arguments_invalid") {
        setRefusal(error);
        setOpen(true);
      } else toastError(error);
    },
  });
  const buttons = {
    busy: decide.isPending || decide.isSuccess,
    decision: decide.variables,
    edited: changed.length > 0,
    site: site !== null,
    wrong: wrongFields(fields, typed).length > 0,
    onDecide: (decision: "approved" | "rejected") => {
      setRefusal(null);
      decide.mutate(decision);
    },
  };
  const step = view.plan?.nodes.find((node) => node.id === approval.nodeId);
  return (
    <section
      aria-labelledby={titleId}
      data-testid="effect-approval"
      data-approval={approval.id}
      className="rounded-2xl border border-brand/60 bg-brand-soft p-4"
    >
      <p className="flex items-center gap-2 text-[13px] font-semibold text-brand">
        <Hand aria-hidden className="size-4 shrink-0" />
        <span className="shrink-0">{t("question.waiting")}</span>
        {step && (
          <bdi className="truncate font-normal text-soft">
            {"· "}
            {step.label}
          </bdi>
        )}
      </p>
      <p id={titleId} dir="auto" className="mt-2 text-[17px] leading-snug font-medium whitespace-pre-wrap">
        {approval.summary}
      </p>
      <Where approval={approval} site={site !== null} />
      <Notes view={view} approval={approval} site={site !== null} />
      {/* Of a site: the name people know it by. Folder and first page are for who looks closer. */}
      <Values
        fields={fields.filter((one) => one.id === "title" || !site).slice(0, FIRST)}
        typed={typed}
        changed={changed}
      />
      {site && (
        <Suspense>
          <SiteApproval view={view} site={{ ...site, folder: typed.folder ?? site.folder }} />
        </Suspense>
      )}
      <Deadline approval={approval} />
      <div className="mt-4 flex flex-wrap gap-2">
        <Decide {...buttons}>
          <Button icon={PencilLine} disabled={buttons.busy} onClick={() => setOpen(true)}>
            {t("outside.change")}
          </Button>
        </Decide>
      </div>
      {open && (
        <Sheet
          open
          testId="effect-sheet"
          onClose={() => setOpen(false)}
          title={<span dir="auto">{approval.summary}</span>}
          footer={
            <div className="flex flex-col-reverse gap-2 sm:flex-row-reverse">
              <Decide {...buttons} wide />
            </div>
          }
        >
          <div className="flex flex-col gap-4">
            {refusal && (
              <div role="alert" className="rounded-xl border border-bad/40 bg-bad-soft px-4 py-3 text-sm">
                <p className="font-medium text-bad">{t("outside.refused")}</p>
                <p dir="auto" className="mt-0.5 text-soft">
                  {refusal.body.detail}
                </p>
              </div>
            )}
            <div>
              <Where approval={approval} site={site !== null} />
              <Notes view={view} approval={approval} site={site !== null} />
            </div>
            <div>
              <h3 className="mb-3 text-[13px] font-semibold text-muted">{t("outside.values")}</h3>
              <ArgumentForm fields={fields} typed={typed} onType={setTyped} disabled={buttons.busy} />
            </div>
            <p className="text-[13px] text-muted">{t("outside.exactly")}</p>
            <Deadline approval={approval} />
          </div>
        </Sheet>
      )}
    </section>
  );
}

interface DecideProps {
  readonly busy: boolean;
  readonly decision: "approved" | "rejected" | undefined;
  readonly edited: boolean;
  /** It puts a site online. */
  readonly site: boolean;
  readonly wrong: boolean;
  readonly wide?: boolean;
  readonly onDecide: (decision: "approved" | "rejected") => void;
  readonly children?: ReactNode;
}

function Decide({ busy, decision, edited, site, wrong, wide = false, onDecide, children }: DecideProps) {
  const t = useT();
  return (
    <>
      <Button
        look="primary"
        icon={Check}
        wide={wide}
        className="min-h-12"
        busy={busy && decision === "approved"}
        disabled={busy || wrong}
        onClick={() => onDecide("approved")}
      >
        {t(edited ? "outside.approveEdited" : site ? "outside.approveSite" : "outside.approve")}
      </Button>
      {children}
      <Button
        look={wide ? "secondary" : "ghost"}
        icon={X}
        wide={wide}
        busy={busy && decision === "rejected"}
        disabled={busy}
        onClick={() => onDecide("rejected")}
      >
        {t("outside.reject")}
      </Button>
    </>
  );
}

/** A site has words of its own for where it will be and what was there before. */
function Where({ approval, site }: { readonly approval: Approval; readonly site: boolean }) {
  const t = useT();
  const { preview } = approval;
  if (!preview) return null;
  if (site)
    return (
      <p className="mt-3">
        <Reversible reversible={preview.reversible} />
      </p>
    );
  return (
    <>
      <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 text-[15px]">
        <Fact label={t("outside.where")}>
          <span className="flex items-start gap-1.5">
            <Send aria-hidden className="mt-1 size-3.5 shrink-0 text-muted rtl:-scale-x-100" />
            <bdi className="min-w-0">{preview.service}</bdi>
          </span>
        </Fact>
        <Fact label={t("outside.target")}>
          <bdi className="break-all">{preview.target}</bdi>
        </Fact>
      </dl>
      <p className="mt-3 flex flex-wrap items-center gap-2">
        <Reversible reversible={preview.reversible} />
        <bdi dir="ltr" className="font-mono text-[13px] text-muted">
          {preview.action}
        </bdi>
      </p>
    </>
  );
}

function Notes({ view, approval, site }: ApprovalProps & { readonly site: boolean }) {
  const t = useT();
  const earlier = view.approvals.findLast(
    (one) => one.status === "void" && one.id !== approval.id && one.toolCallId === approval.toolCallId,
  );
  const nameOf = useNames(view.projectId, earlier?.decidedBy != null);
  const resembles = approval.preview?.resembles ?? null;
  return (
    <>
      {resembles !== null && !site && <Note icon={Copy}>{t("outside.resembles", { what: resembles })}</Note>}
      {earlier && (
        <Note icon={TriangleAlert}>
          {earlier.decidedBy === null
            ? t("outside.voidAgain")
            : t("outside.voidRole", { name: nameOf(earlier.decidedBy) })}
        </Note>
      )}
    </>
  );
}

function Note({ icon: Icon, children }: { readonly icon: typeof Copy; readonly children: ReactNode }) {
  return (
    <p className="mt-3 flex gap-2 rounded-xl bg-warn-soft p-3 text-sm text-soft">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}

function Values({
  fields,
  typed,
  changed,
}: {
  readonly fields: readonly Field[];
  readonly typed: Typed;
  readonly changed: readonly Field[];
}) {
  const t = useT();
  const nameOf = useFieldName();
  const textOf = (field: Field): string => {
    const text = typed[field.id] ?? field.shown;
    if (field.kind === "boolean") return t(text === "true" ? "outside.yes" : "outside.no");
    return text === "" ? t("outside.nothing") : text;
  };
  return (
    <dl aria-label={t("outside.values")} className="mt-3 flex flex-col gap-2 rounded-xl bg-surface p-3 text-[15px]">
      {fields.map((field) => (
        <Fact
          key={field.id}
          label={
            <>
              {nameOf(field.path)}
              {changed.includes(field) && <span className="ms-2 font-medium text-brand">{t("outside.changed")}</span>}
            </>
          }
        >
          <span dir={directionOf(textOf(field))} className="line-clamp-3 block">
            {textOf(field)}
          </span>
        </Fact>
      ))}
    </dl>
  );
}

function Deadline({ approval }: { readonly approval: Approval }) {
  const t = useT();
  if (approval.deadline === null) return null;
  return (
    <p className="mt-3 flex gap-2 text-[13px] text-soft">
      <Clock3 aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span>
        {t("outside.deadline", { time: moment(approval.deadline) })}
        {approval.reminded && ` ${t("outside.reminded")}`}
      </span>
    </p>
  );
}
