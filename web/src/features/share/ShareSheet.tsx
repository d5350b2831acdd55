import { useMutation, useQuery } from "@tanstack/react-query";
import { Copy, Link2, Link2Off, Share2 } from "lucide-react";
import { useState } from "react";
import type { ShareCreated, ShareView } from "../../../../shared/api/shares.ts";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { nameForOthers } from "../../../../shared/text/change.ts";
import { createShare, revokeShare, sharesQuery } from "../../api/sites.ts";
import { moment } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { useNames } from "../outside/people.ts";
import { SectionTitle } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Failed, SkeletonList } from "../ui/States.tsx";

const DAYS = ["1", "7", "30", "90"] as const;

/** A link to the result for somebody without an account; made for a time, and switched off whenever one likes. */
export default function ShareSheet({ view, onClose }: { readonly view: WorkflowView; readonly onClose: () => void }) {
  const t = useT();
  const [days, setDays] = useState<(typeof DAYS)[number]>("7");
  const [made, setMade] = useState<ShareCreated | null>(null);
  const shares = useQuery(sharesQuery(view.id)).data?.items;
  const switchedOff = shares?.some((one) => one.id === made?.id && one.state !== "active") ?? false;
  const create = useMutation({
    mutationFn: () => createShare(view.id, { expiresInHours: Number(days) * 24 }),
    onSuccess: setMade,
    onError: toastError,
  });
  return (
    <Sheet open testId="share-sheet" onClose={onClose} title={t("share.title")}>
      <div className="flex flex-col gap-6">
        <p className="text-[15px] text-soft">{t("share.lead")}</p>
        {made && !switchedOff ? (
          <Made made={made} name={nameForOthers(view)} />
        ) : (
          <div className="flex flex-col gap-3">
            <p className="text-sm font-medium text-soft">{t("share.expires")}</p>
            <Segmented
              label={t("share.expires")}
              value={days}
              onChange={setDays}
              options={DAYS.map((one) => ({ value: one, label: t("share.day", { count: Number(one) }) }))}
            />
            <Button look="primary" icon={Link2} busy={create.isPending} onClick={() => create.mutate()}>
              {t("share.create")}
            </Button>
          </div>
        )}
        <section>
          <SectionTitle>{t("share.links")}</SectionTitle>
          <Links view={view} />
        </section>
      </div>
    </Sheet>
  );
}

function Made({ made, name }: { readonly made: ShareCreated; readonly name: string }) {
  const t = useT();
  const [maySend] = useState(() => typeof navigator.share === "function");
  const copy = () =>
    void navigator.clipboard
      .writeText(made.url)
      .then(() => toast({ kind: "success", title: t("share.copied") }), toastError);
  const send = () =>
    void navigator.share({ title: name, url: made.url }).catch((error: unknown) => {
      // Closing the share sheet is an answer, not a failure.
      if (!(error instanceof DOMException && error.name === "AbortError")) toastError(error);
    });
  return (
    <div role="status" className="flex flex-col gap-3 rounded-2xl border border-ok/40 bg-ok-soft p-4">
      <p className="text-[15px] font-medium">{t("share.once")}</p>
      <input
        readOnly
        dir="ltr"
        aria-label={t("share.link")}
        data-testid="share-url"
        value={made.url}
        onFocus={(event) => event.target.select()}
        className="min-h-11 w-full rounded-xl border border-line-strong bg-surface px-3 font-mono text-sm"
      />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" icon={Copy} onClick={copy}>
          {t("share.copy")}
        </Button>
        {maySend && (
          <Button icon={Share2} onClick={send}>
            {t("share.send")}
          </Button>
        )}
      </div>
      <p className="text-[13px] text-muted">{t("share.until", { time: moment(made.expiresAt) })}</p>
    </div>
  );
}

function Links({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  const query = useQuery(sharesQuery(view.id));
  const nameOf = useNames(view.projectId);
  if (query.isPending) return <SkeletonList rows={2} />;
  if (!query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) return <p className="text-[15px] text-muted">{t("share.none")}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {query.data.items.map((one) => (
        <LinkRow key={one.id} share={one} workflowId={view.id} name={nameOf(one.createdBy)} />
      ))}
    </ul>
  );
}

interface LinkRowProps {
  readonly share: ShareView;
  readonly workflowId: string;
  readonly name: string;
}

function LinkRow({ share, workflowId, name }: LinkRowProps) {
  const t = useT();
  const revoke = useMutation({
    mutationFn: () => revokeShare(workflowId, share.id),
    onSuccess: () => toast({ kind: "success", title: t("share.revoked") }),
    onError: toastError,
  });
  const active = share.state === "active";
  const Icon = active ? Link2 : Link2Off;
  return (
    <li
      data-testid="share"
      data-state={share.state}
      className="flex flex-wrap items-center gap-3 rounded-2xl border border-line px-4 py-3"
    >
      <Icon aria-hidden className={`size-5 shrink-0 ${active ? "text-ok" : "text-muted"}`} />
      <div className="min-w-40 flex-1 text-[15px]">
        <p>
          {active
            ? t("share.until", { time: moment(share.expiresAt) })
            : share.state === "expired"
              ? t("share.ended", { time: moment(share.expiresAt) })
              : t("share.revokedAt", { time: moment(share.revokedAt ?? share.expiresAt) })}
        </p>
        <p className="text-[13px] text-muted">
          {t("share.madeBy", { name })} · {moment(share.createdAt)} ·{" "}
          {share.opens === 0 ? t("share.unopened") : t("share.opens", { count: share.opens })}
        </p>
      </div>
      {active && (
        <Button
          look="danger"
          busy={revoke.isPending}
          aria-label={t("share.revokeOne", { time: moment(share.createdAt) })}
          onClick={() => revoke.mutate()}
        >
          {t("share.revoke")}
        </Button>
      )}
    </li>
  );
}
