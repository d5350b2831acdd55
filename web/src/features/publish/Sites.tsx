import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { SiteView } from "../../../../shared/api/sites.ts";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { sitesQuery } from "../../api/sites.ts";
import { useT } from "../../i18n/i18n.ts";
import { siteFolders } from "../results/group-artifacts.ts";
import { Card } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { isOver } from "../workflow/use-workflow.ts";
import { SiteCard } from "./SiteCard.tsx";

const PublishSheet = lazy(() => import("./PublishSheet.tsx"));

/** Addresses that steps prove they reached. */
const linksOf = (view: WorkflowView): (string | null)[] =>
  (view.plan?.nodes ?? []).flatMap((node) =>
    node.evidence.flatMap((one) => (one.type === "receipt" ? [one.link] : one.type === "page" ? [one.url] : [])),
  );

/** Sites that show what this workflow made, also when a run it was forked from published first. */
function sitesOf(view: WorkflowView, sites: readonly SiteView[]): SiteView[] {
  const links = new Set(linksOf(view));
  return sites.filter((site) => site.workflowId === view.id || links.has(site.url));
}

/** On top of a result: what of it is online, and what could be. */
export function Sites({ view, mayWrite }: { readonly view: WorkflowView; readonly mayWrite: boolean }) {
  const t = useT();
  const [publishing, setPublishing] = useState<string | null>(null);
  const folders = siteFolders(view.artifacts);
  const published = (view.plan?.nodes ?? []).some((node) => node.evidence.some((one) => one.type === "page"));
  const seen = `${view.status} ${linksOf(view).length}`;
  const { data } = useQuery({ ...sitesQuery(view.projectId, seen), enabled: folders.length > 0 || published });
  if (!data) return null;
  const sites = sitesOf(view, data.items);
  const unpublished = folders.filter((folder) => !sites.some((site) => site.folder === folder));
  const may = mayWrite && view.mode === "live" && isOver(view.status);
  return (
    <>
      {sites.map((site) => (
        <SiteCard
          key={site.id}
          site={site}
          mayWrite={mayWrite}
          onPublish={may && folders.includes(site.folder) ? () => setPublishing(site.folder) : undefined}
        />
      ))}
      {may && sites.length === 0 && unpublished[0] !== undefined && (
        <Card className="flex flex-wrap items-center gap-3 p-4">
          <div className="min-w-48 flex-1">
            <p className="font-medium">{t("publish.can")}</p>
            <p className="text-[15px] text-soft">{t("publish.canWhat")}</p>
          </div>
          <Button look="primary" onClick={() => setPublishing(unpublished[0] ?? "")}>
            {t("publish.begin")}
          </Button>
        </Card>
      )}
      {publishing !== null && (
        <Suspense>
          <PublishSheet
            view={view}
            folders={folders}
            folder={publishing}
            title={sites.find((site) => site.folder === publishing)?.title}
            onClose={() => setPublishing(null)}
          />
        </Suspense>
      )}
    </>
  );
}
