import { Copy, Ellipsis, ExternalLink, Globe, GlobeLock, History, RefreshCw } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { SiteView } from "../../../../shared/api/sites.ts";
import { bytes, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { Menu, MenuItem } from "../ui/Menu.tsx";

const SiteSheet = lazy(() => import("./SiteSheet.tsx"));
const ConfirmChange = lazy(async () => ({ default: (await import("./SiteSheet.tsx")).ConfirmChange }));

interface SiteCardProps {
  readonly site: SiteView;
  readonly mayWrite: boolean;
  /** Puts what is there now online as a new version. */
  readonly onPublish?: (() => void) | undefined;
}

/** The address of a site, and what can be done with it. */
export function SiteCard({ site, mayWrite, onPublish }: SiteCardProps) {
  const t = useT();
  const [open, setOpen] = useState<"versions" | "unpublish" | "putBack" | null>(null);
  const live = site.state === "live";
  const Icon = live ? Globe : GlobeLock;
  const close = () => setOpen(null);
  const copy = () =>
    void navigator.clipboard
      .writeText(site.url)
      .then(() => toast({ kind: "success", title: t("site.copied") }), toastError);
  return (
    <section
      aria-label={t("site.title")}
      data-testid="site-card"
      data-state={site.state}
      className={cx("rounded-2xl border p-4", live ? "border-ok/40 bg-ok-soft" : "border-line bg-surface")}
    >
      <div className="flex items-start gap-3">
        <Icon aria-hidden className={cx("mt-1 size-6 shrink-0", live ? "text-ok" : "text-muted")} />
        <div className="min-w-0 flex-1">
          <p className={cx("text-[13px] font-semibold", live ? "text-ok" : "text-muted")}>
            {t(live ? "site.live" : "site.offline")}
          </p>
          <h3 className="text-[17px] leading-snug font-semibold">
            <bdi>{site.title}</bdi>
          </h3>
          <p className="mt-1 text-sm break-all text-soft">
            <bdi dir="ltr">{site.url}</bdi>
          </p>
          <p className="mt-1 text-[13px] text-muted">
            {t("site.facts", {
              version: number(site.version),
              files: t("site.files", { count: site.files }),
              size: bytes(site.size),
            })}
          </p>
        </div>
        <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("site.more")} className="-me-2 -mt-2" />}>
          <MenuItem icon={History} onSelect={() => setOpen("versions")}>
            {t("site.versions")}
          </MenuItem>
          {onPublish && (
            <MenuItem icon={RefreshCw} onSelect={onPublish}>
              {t("publish.new")}
            </MenuItem>
          )}
          {mayWrite && live && (
            <MenuItem icon={GlobeLock} danger onSelect={() => setOpen("unpublish")}>
              {t("site.unpublish")}
            </MenuItem>
          )}
        </Menu>
      </div>
      <div className="mt-3 flex flex-wrap gap-2">
        {live ? (
          <a
            href={site.url}
            target="_blank"
            rel="noopener noreferrer"
            className="brand-fill inline-flex min-h-11 items-center gap-2 rounded-xl px-4 font-medium"
          >
            <ExternalLink aria-hidden className="size-4" />
            {t("site.open")}
            <span className="sr-only">({t("site.newTab")})</span>
          </a>
        ) : (
          mayWrite && (
            <Button look="primary" icon={Globe} onClick={() => setOpen("putBack")}>
              {t("site.putBack")}
            </Button>
          )
        )}
        <Button icon={Copy} onClick={copy}>
          {t("site.copy")}
        </Button>
      </div>
      {open && (
        <Suspense>
          {open === "versions" ? (
            <SiteSheet site={site} mayWrite={mayWrite} onClose={close} />
          ) : (
            <ConfirmChange site={site} change={{ kind: open }} onClose={close} />
          )}
        </Suspense>
      )}
    </section>
  );
}
