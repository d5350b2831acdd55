import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Folder, Trash2, Undo2 } from "lucide-react";
import type { BinEntry } from "../../../../shared/api/files.ts";
import { BIN_DAYS } from "../../../../shared/api/limits.ts";
import { binQuery, restoreBin } from "../../api/library.ts";
import { ago, bytes, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { fileIcon } from "../chat/Message.tsx";
import { Button } from "../ui/Button.tsx";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Empty, Failed, SkeletonList } from "../ui/States.tsx";
import { parentOf } from "./paths.ts";

interface SheetProps {
  readonly projectId: string;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

/** What was deleted and can still be put back. */
export default function BinSheet({ projectId, mayWrite, onClose }: SheetProps) {
  const t = useT();
  const query = useInfiniteQuery(binQuery(projectId));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Sheet open onClose={onClose} title={t("bin.title")}>
      <p className="mb-4 text-[15px] text-soft">{t("bin.lead", { days: number(BIN_DAYS) })}</p>
      {query.isPending && <SkeletonList />}
      {query.isError && !query.data && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && items.length === 0 && <Empty icon={Trash2} title={t("bin.empty")} />}
      <ul className="flex flex-col gap-2">
        {items.map((item) => (
          <Row key={item.id} item={item} projectId={projectId} mayWrite={mayWrite} />
        ))}
      </ul>
      <MoreOnSight query={query} />
    </Sheet>
  );
}

interface RowProps {
  readonly item: BinEntry;
  readonly projectId: string;
  readonly mayWrite: boolean;
}

function Row({ item, projectId, mayWrite }: RowProps) {
  const t = useT();
  const Icon = item.kind === "folder" ? Folder : fileIcon(item.name);
  const folder = parentOf(item.path);
  const back = useMutation({
    mutationFn: () => restoreBin(projectId, item.id),
    onSuccess: ({ name }) => toast({ kind: "success", title: t("file.back", { name }) }),
    onError: toastError,
  });
  return (
    <li data-testid="bin-item" className="flex flex-wrap items-center gap-3 rounded-2xl border border-line px-4 py-3">
      <Icon aria-hidden className="size-5 shrink-0 text-muted" />
      <div className="min-w-40 flex-1 text-[15px]">
        <p className="font-medium break-words">
          <bdi>{item.name}</bdi>
        </p>
        <p className="text-[13px] text-muted">
          {item.kind === "folder" && <>{t("files.count", { count: item.files })} · </>}
          <bdi>{bytes(item.size)}</bdi> · {t("bin.erased", { time: ago(item.erasedAt) })}
          {folder !== "" && <> · {t("bin.was", { folder })}</>}
        </p>
      </div>
      {mayWrite && (
        <Button
          icon={Undo2}
          busy={back.isPending}
          aria-label={t("bin.restoreOne", { name: item.name })}
          onClick={() => back.mutate()}
        >
          {t("bin.restore")}
        </Button>
      )}
    </li>
  );
}
