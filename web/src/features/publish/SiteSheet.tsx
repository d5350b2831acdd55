import { useMutation, useQuery } from "@tanstack/react-query";
import { Globe, History } from "lucide-react";
import { useState } from "react";
import type { SiteDetail, SiteView } from "../../../../shared/api/sites.ts";
import { putBack, rollBack, siteQuery, unpublish } from "../../api/sites.ts";
import { bytes, moment, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { useNames } from "../outside/people.ts";
import { SectionTitle } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Failed, SkeletonList } from "../ui/States.tsx";

interface SheetProps {
  readonly site: SiteView;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

/** All versions of a site, what happened to it, and the way back to any of them. */
export default function SiteSheet({ site, mayWrite, onClose }: SheetProps) {
  const query = useQuery(siteQuery(site.id));
  const [back, setBack] = useState<number | null>(null);
  return (
    <Sheet open testId="site-sheet" onClose={onClose} title={<bdi>{site.title}</bdi>}>
      {query.isPending && <SkeletonList />}
      {query.isError && !query.data && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Detail detail={query.data} mayWrite={mayWrite} onBack={setBack} />}
      {back !== null && (
        <ConfirmChange site={site} change={{ kind: "rollback", version: back }} onClose={() => setBack(null)} />
      )}
    </Sheet>
  );
}

interface DetailProps {
  readonly detail: SiteDetail;
  readonly mayWrite: boolean;
  readonly onBack: (version: number) => void;
}

function Detail({ detail, mayWrite, onBack }: DetailProps) {
  const t = useT();
  const nameOf = useNames(detail.projectId);
  const by = (actor: { kind: string; id: string }) =>
    actor.kind === "user" ? t("site.by", { name: nameOf(actor.id) }) : t("site.byAgent");
  return (
    <div className="flex flex-col gap-6">
      <section>
        <SectionTitle>{t("site.versions")}</SectionTitle>
        {!mayWrite && <p className="mb-3 text-[13px] text-muted">{t("site.viewer")}</p>}
        <ul className="flex flex-col gap-2">
          {detail.versions.map((one) => (
            <li
              key={one.version}
              data-testid="site-version"
              className="flex flex-wrap items-center gap-2 rounded-2xl border border-line p-4"
            >
              <div className="min-w-48 flex-1">
                <p className="flex flex-wrap items-center gap-x-2 font-medium">
                  {t("site.version", { version: number(one.version) })}
                  {one.version === detail.version && (
                    <span className="inline-flex items-center gap-1 text-[13px] text-ok">
                      <Globe aria-hidden className="size-3.5" />
                      {t(detail.state === "live" ? "site.now" : "site.last")}
                    </span>
                  )}
                </p>
                <p className="text-sm text-soft">
                  <bdi>{one.title}</bdi>
                </p>
                <p className="text-[13px] text-muted">
                  {moment(one.at)} · {by(one.by)} · {t("site.files", { count: one.files })} · {bytes(one.size)}
                </p>
              </div>
              {mayWrite && (one.version !== detail.version || detail.state !== "live") && (
                <Button icon={History} onClick={() => onBack(one.version)}>
                  {t("site.rollback")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <SectionTitle>{t("site.history")}</SectionTitle>
        <ol className="flex flex-col gap-2 text-[15px]">
          {detail.history.map((one) => (
            <li key={`${one.at}${one.action}`}>
              {t(`site.event.${one.action}`, { version: number(one.version) })}
              <span className="block text-[13px] text-muted">
                {moment(one.at)} · {by(one.by)}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

type Change = { readonly kind: "rollback"; readonly version: number } | { readonly kind: "unpublish" | "putBack" };

/** Visitors see it at once: a person says yes first. */
export function ConfirmChange({
  site,
  change,
  onClose,
}: {
  readonly site: SiteView;
  readonly change: Change;
  readonly onClose: () => void;
}) {
  const t = useT();
  const version = number(change.kind === "rollback" ? change.version : site.version);
  const texts = {
    rollback: ["site.rollbackTitle", "site.rollbackWhat", "site.rollback", "site.rolledBack"],
    unpublish: ["site.unpublishTitle", "site.unpublishWhat", "site.unpublish", "site.unpublished"],
    putBack: ["site.rollbackTitle", "publish.public", "site.putBack", "site.wasPutBack"],
  } as const;
  const [title, what, confirm, done] = texts[change.kind];
  const run = useMutation({
    mutationFn: () =>
      change.kind === "rollback"
        ? rollBack(site, change.version)
        : change.kind === "unpublish"
          ? unpublish(site)
          : putBack(site),
    onSuccess: () => {
      toast({ kind: "success", title: t(done, { version }) });
      onClose();
    },
    onError: toastError,
  });
  return (
    <Sheet
      open
      kind="dialog"
      testId="site-confirm"
      onClose={onClose}
      title={t(title, { version })}
      footer={
        <div className="flex gap-3">
          <Button wide onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button
            look={change.kind === "unpublish" ? "danger" : "primary"}
            wide
            busy={run.isPending}
            onClick={() => run.mutate()}
          >
            {t(confirm)}
          </Button>
        </div>
      }
    >
      <p className="text-[15px] text-soft">{t(what)}</p>
      <p className="mt-3 text-sm break-all text-muted">
        <bdi dir="ltr">{site.url}</bdi>
      </p>
    </Sheet>
  );
}
