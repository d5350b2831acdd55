import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { previewQuery } from "../../api/sites.ts";
import { useT } from "../../i18n/i18n.ts";
import { groupArtifacts } from "../results/group-artifacts.ts";
import { Foresight } from "./Foresight.tsx";
import type { SiteArguments } from "./site-arguments.ts";

/** Named before the rest are counted. */
const NAMED = 6;

interface ApprovalProps {
  readonly view: WorkflowView;
  readonly site: SiteArguments;
}

/** What would go online, where, and how it would look: asked before it does. */
export default function SiteApproval({ view, site }: ApprovalProps) {
  const t = useT();
  const { data } = useQuery(previewQuery(view.id, site.folder, site.entry));
  const files = groupArtifacts(view.artifacts).folders.flatMap(({ path, files }) =>
    site.folder === "" || path === site.folder || path.startsWith(`${site.folder}/`) ? files : [],
  );
  const names = files.map((one) => (site.folder === "" ? one.name : one.name.slice(site.folder.length + 1)));
  return (
    <div className="mt-3 flex flex-col gap-3 rounded-xl bg-surface p-3 text-[15px]" data-testid="site-approval">
      <div>
        <p className="text-[13px] text-muted">{t("publish.where")}</p>
        <p className="font-medium">
          {data?.replaces && (
            <>
              {t("publish.sameAddress")}
              <span className="block text-sm font-normal break-all text-soft">
                <bdi dir="ltr">{data.replaces}</bdi>
              </span>
            </>
          )}
          {data?.replaces === null && t("publish.newAddress")}
        </p>
      </div>
      <div>
        <p className="text-[13px] text-muted">{t("publish.fileList", { count: names.length })}</p>
        <ul className="mt-1 flex flex-col gap-1">
          {names.slice(0, NAMED).map((name) => (
            <li key={name} className="flex items-start gap-2">
              <FileText aria-hidden className="mt-1 size-4 shrink-0 text-brand" />
              <bdi className="min-w-0 break-all">{name}</bdi>
            </li>
          ))}
        </ul>
        {names.length > NAMED && (
          <p className="mt-1 text-sm text-muted">{t("publish.moreFiles", { count: names.length - NAMED })}</p>
        )}
      </div>
      <Foresight workflowId={view.id} folder={site.folder} entry={site.entry} />
      <p className="text-[13px] text-muted">{t("publish.public")}</p>
    </div>
  );
}
