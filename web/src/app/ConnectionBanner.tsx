import { CloudOff, RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { useParams } from "react-router";
import { useStore } from "zustand";
import { clock } from "../i18n/format.ts";
import { useT } from "../i18n/i18n.ts";
import { projectConnection } from "../realtime/project-live.ts";

/** A short gap in the network is nobody's business. */
const PATIENCE_MS = 2_500;

export function ConnectionBanner() {
  const t = useT();
  const { projectId } = useParams();
  const { connection, heardAt } = useStore(projectConnection);
  const lost = projectId !== undefined && (connection === "offline" || connection === "reconnecting");
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), connection === "offline" ? 0 : PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lost, connection]);
  if (!shown) return null;
  const Icon = connection === "offline" ? CloudOff : RefreshCw;
  return (
    <div
      role="status"
      className="flex shrink-0 items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn"
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <span>
        {t(connection === "offline" ? "connection.offline" : "connection.reconnecting")}
        {heardAt !== null && ` ${t("connection.asOf", { time: clock(new Date(heardAt).toISOString()) })}`}
      </span>
    </div>
  );
}
