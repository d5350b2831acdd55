import { useMutation } from "@tanstack/react-query";
import { AppWindow } from "lucide-react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { fetchPreview } from "../../api/sites.ts";
import { useT } from "../../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { openLater } from "./open-later.ts";

/** A page that agents made never runs in this app: it opens on the sites' own address, for members only. */
export function PagePreview({ view, name }: { readonly view: WorkflowView; readonly name: string }) {
  const t = useT();
  const cut = name.lastIndexOf("/");
  const show = useMutation({
    mutationFn: () =>
      openLater(
        async () => (await fetchPreview(view.id, cut === -1 ? "" : name.slice(0, cut), name.slice(cut + 1))).url,
      ),
  });
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button icon={AppWindow} busy={show.isPending} onClick={() => show.mutate()}>
        {t("made.pagePreview")}
      </Button>
      <p className="min-w-48 flex-1 text-[13px] text-muted">{t("made.pageOwn")}</p>
    </div>
  );
}
