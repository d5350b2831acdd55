import { useProject } from "../../app/use-project.ts";
import { useT } from "../../i18n/i18n.ts";

/** Said to viewers where everybody else has the download (FR-12). */
export function ViewersNote() {
  const t = useT();
  const project = useProject();
  return project?.role === "viewer" ? <p className="text-[13px] text-muted">{t("results.viewer")}</p> : null;
}
