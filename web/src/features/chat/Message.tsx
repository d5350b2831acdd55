import { Clock3, File as FileIcon, FileImage, FileSpreadsheet, FileText, TriangleAlert } from "lucide-react";
import { memo, useState } from "react";
import type { MessageView } from "../../../../shared/api/messages.ts";
import { describe } from "../../../../shared/errors/catalogue/describe.ts";
import { Logo } from "../../app/Logo.tsx";
import { bytes, clock } from "../../i18n/format.ts";
import { useLocale, useT } from "../../i18n/i18n.ts";
import { type PendingMessage, removePending } from "../../stores/draft-store.ts";
import { toastError } from "../../stores/toast-store.ts";
import { LatePlanCard } from "../plan/LatePlanCard.tsx";
import { Money, Said, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { Markdown } from "../ui/Markdown.tsx";
import { sendMessage } from "./send.ts";
import { TableCheck } from "./TableCheck.tsx";

interface MessageProps {
  readonly projectId: string;
  readonly message: MessageView;
  readonly isLast: boolean;
}

export const Message = memo(function Message({ projectId, message, isLast }: MessageProps) {
  return message.role === "user" ? (
    <UserMessage message={message} />
  ) : (
    <Answer projectId={projectId} message={message} isLast={isLast} />
  );
});

function UserMessage({ message }: { readonly message: MessageView }) {
  const t = useT();
  return (
    <li className="flex flex-col items-end gap-1.5 ps-10">
      <span className="sr-only">{t("chat.you")}</span>
      {message.files && message.files.length > 0 && <FileChips files={message.files} />}
      {message.text !== "" && (
        <div className="max-w-full rounded-3xl rounded-ee-md bg-brand-soft px-4 py-2.5">
          <Said>{message.text}</Said>
        </div>
      )}
      <time dateTime={message.at} className="px-1 text-xs text-muted">
        {clock(message.at)}
      </time>
    </li>
  );
}

function Answer({ projectId, message, isLast }: MessageProps) {
  const t = useT();
  const locale = useLocale();
  const failed =
    message.status === "failed" ? describe({ code: message.problem ?? "internal", params: {} }, locale) : null;
  return (
    <li className="flex gap-3" data-status={message.status}>
      <Logo className="mt-0.5 hidden size-7 shrink-0 sm:block" />
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <span className="sr-only">{t("chat.director")}</span>
        {message.text !== "" && <Markdown text={message.text} />}
        {message.status === "streaming" && (
          <span
            aria-hidden
            className={cx(
              "inline-block h-4 w-2 rounded-sm bg-brand motion-safe:animate-breathe",
              message.text === "" && "mt-1.5",
            )}
          />
        )}
        {failed && (
          <div role="alert" className="flex gap-3 rounded-2xl bg-warn-soft p-4 text-sm">
            <TriangleAlert aria-hidden className="size-5 shrink-0 text-warn" />
            <div>
              <p className="font-medium">{failed.title}</p>
              <p className="text-soft">{failed.detail}</p>
              <p className="text-soft">{failed.doing}</p>
            </div>
          </div>
        )}
        {message.table && <TableCheck projectId={projectId} table={message.table} />}
        {message.workflowId && <LatePlanCard projectId={projectId} workflowId={message.workflowId} />}
        {message.choices && message.choices.length > 0 && (
          <Choices projectId={projectId} choices={message.choices} enabled={isLast && message.status === "complete"} />
        )}
        {message.status !== "streaming" && (
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
            <time dateTime={message.at}>{clock(message.at)}</time>
            {message.costMicros !== undefined && message.costMicros > 0 && <Money micros={message.costMicros} />}
            {message.simulated && <Simulated short />}
          </p>
        )}
      </div>
    </li>
  );
}

function Choices({ projectId, choices, enabled }: { projectId: string; choices: readonly string[]; enabled: boolean }) {
  const t = useT();
  const [chosen, setChosen] = useState<string | null>(null);
  const choose = (choice: string) => {
    setChosen(choice);
    sendMessage(projectId, choice).catch((error: unknown) => {
      setChosen(null);
      toastError(error);
    });
  };
  return (
    <div role="group" aria-label={t("chat.choices")} className="flex flex-wrap gap-2">
      {choices.map((choice) => (
        <button
          key={choice}
          type="button"
          dir="auto"
          disabled={!enabled || chosen !== null}
          onClick={() => choose(choice)}
          className={cx(
            "min-h-11 rounded-full border px-4 py-2 text-start text-[15px] font-medium transition-colors disabled:opacity-60",
            chosen === choice
              ? "border-brand bg-brand-soft text-brand"
              : "border-line-strong hover:border-brand hover:bg-brand-soft",
          )}
        >
          {choice}
        </button>
      ))}
    </div>
  );
}

export function fileIcon(mediaType: string) {
  if (mediaType.startsWith("image/")) return FileImage;
  if (/csv|tsv|sheet|xlsx|tab-separated/.test(mediaType)) return FileSpreadsheet;
  if (/text|pdf|word|markdown|\.docx|\.md/.test(mediaType)) return FileText;
  return FileIcon;
}

export function FileChips({
  files,
}: {
  readonly files: readonly { id: string; name: string; mediaType: string; size: number }[];
}) {
  return (
    <ul className="flex flex-wrap justify-end gap-2">
      {files.map((file) => {
        const Icon = fileIcon(file.mediaType);
        return (
          <li
            key={file.id}
            className="flex max-w-full items-center gap-2 rounded-xl border border-line bg-surface px-3 py-2 text-sm"
          >
            <Icon aria-hidden className="size-4 shrink-0 text-brand" />
            <bdi className="truncate">{file.name}</bdi>
            <bdi className="shrink-0 text-xs text-muted">{bytes(file.size)}</bdi>
          </li>
        );
      })}
    </ul>
  );
}

/** Kept while there is no network. */
export function PendingBubble({
  projectId,
  message,
}: {
  readonly projectId: string;
  readonly message: PendingMessage;
}) {
  const t = useT();
  return (
    <li className="flex flex-col items-end gap-1.5 ps-10">
      {message.files.length > 0 && <FileChips files={message.files} />}
      <div className="max-w-full rounded-3xl rounded-ee-md border border-dashed border-line-strong px-4 py-2.5 text-soft">
        <Said>{message.text}</Said>
      </div>
      <div className="flex items-center gap-1 text-xs text-muted">
        <Clock3 aria-hidden className="size-3.5" />
        {t("chat.pending")}
        <Button look="ghost" className="text-xs" onClick={() => removePending(projectId, message.key)}>
          {t("action.discard")}
        </Button>
      </div>
    </li>
  );
}
