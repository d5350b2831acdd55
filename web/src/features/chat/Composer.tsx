import { ArrowUp, Camera, FileUp, FolderOpen, Plus } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  Suspense,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useStore } from "zustand";
import { ACCEPTED_EXTENSIONS, MAX_MESSAGE_CHARS } from "../../../../shared/api/limits.ts";
import { number } from "../../i18n/format.ts";
import { useT, withTexts } from "../../i18n/i18n.ts";
import { chatStore } from "../../stores/chat-store.ts";
import { draftStore, saveDraft } from "../../stores/draft-store.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { attach, detachAll, type Upload, uploadStore } from "../../stores/upload-store.ts";
import { IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { Attachments } from "./Attachments.tsx";
import { DropZone } from "./DropZone.tsx";
import { COMPOSER_ID } from "./focus-composer.ts";
import { sendMessage } from "./send.ts";

const PickSheet = lazy(() => withTexts(["files"], () => import("../files/PickSheet.tsx")));

const COUNT_FROM = MAX_MESSAGE_CHARS * 0.9;
const NONE: readonly Upload[] = [];

export function Composer({ projectId, mayWrite }: { readonly projectId: string; readonly mayWrite: boolean }) {
  const t = useT();
  const text = useStore(draftStore, (state) => state.texts[projectId] ?? "");
  const uploads = useStore(uploadStore, (state) => state.uploads[projectId] ?? NONE);
  const answering = useStore(chatStore(projectId), (state) => state.sending !== null || state.own !== null);
  const [busy, setBusy] = useState(false);
  const area = useAutoGrow(text);

  const ready = uploads.flatMap((one) => (one.state.kind === "ready" ? [one.state.view] : []));
  const sendingFiles = uploads.some((one) => one.state.kind === "sending");
  const tooLong = text.length > MAX_MESSAGE_CHARS;
  const maySend = (text.trim() !== "" || ready.length > 0) && !sendingFiles && !tooLong && !busy && !answering;

  const send = async () => {
    if (!maySend) return;
    const words = text.trim();
    setBusy(true);
    saveDraft(projectId, "");
    detachAll(projectId);
    try {
      const files = ready.map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
      const pending = sendMessage(projectId, words, files);
      // What follows is the answer: the next message may be written meanwhile.
      setBusy(false);
      if ((await pending) === "kept") toast({ kind: "info", title: t("chat.kept") });
    } catch (error) {
      toastError(error);
      if ((draftStore.getState().texts[projectId] ?? "") === "") saveDraft(projectId, words);
      uploadStore.setState((state) => ({ uploads: { ...state.uploads, [projectId]: uploads } }));
    } finally {
      setBusy(false);
    }
  };

  if (!mayWrite)
    return (
      <p className="safe-bottom border-t border-line bg-surface px-4 py-4 text-center text-sm text-muted">
        {t("chat.viewer")}
      </p>
    );

  return (
    <DropZone onFiles={(files) => attach(projectId, files)}>
      <form
        className="safe-bottom border-t border-line bg-surface"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="mx-auto w-full max-w-3xl px-3 py-2.5">
          <Attachments projectId={projectId} uploads={uploads} />
          <div className="flex items-end gap-1 rounded-3xl border border-line-strong bg-bg p-1 focus-within:border-brand">
            <Attach projectId={projectId} />
            <textarea
              id={COMPOSER_ID}
              ref={area}
              dir="auto"
              rows={1}
              value={text}
              aria-label={t("chat.write")}
              aria-describedby="composer-count"
              aria-invalid={tooLong || undefined}
              placeholder={t("chat.placeholder")}
              onChange={(event) => saveDraft(projectId, event.target.value)}
              onPaste={(event: ClipboardEvent) => {
                const files = [...event.clipboardData.files];
                if (files.length === 0) return;
                event.preventDefault();
                attach(projectId, files);
              }}
              onKeyDown={(event: KeyboardEvent) => {
                // On touch screens Enter begins a new line; composing an Arabic or Japanese word is not sending.
                if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
                if (matchMedia("(pointer: coarse)").matches && !event.metaKey && !event.ctrlKey) return;
                event.preventDefault();
                void send();
              }}
              className="max-h-[40dvh] min-h-11 flex-1 resize-none bg-transparent px-1 py-2.5 leading-6 outline-none placeholder:text-muted landscape-phone:max-h-[28dvh]"
            />
            <button
              type="submit"
              aria-label={t("chat.send")}
              title={t("chat.send")}
              disabled={!maySend}
              className="brand-fill flex size-11 shrink-0 items-center justify-center rounded-full transition-opacity disabled:opacity-35"
            >
              <ArrowUp aria-hidden className="size-5" />
            </button>
          </div>
          <p
            id="composer-count"
            aria-live="polite"
            className={cx(
              "px-4 text-xs tabular",
              tooLong ? "pt-1 text-bad" : "text-muted",
              text.length >= COUNT_FROM && "pt-1",
            )}
          >
            {text.length >= COUNT_FROM &&
              t("chat.count", { used: number(text.length), max: number(MAX_MESSAGE_CHARS) })}
          </p>
        </div>
      </form>
    </DropZone>
  );
}

function useAutoGrow(text: string) {
  const ref = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the text changes.
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  return ref;
}

function Attach({ projectId }: { readonly projectId: string }) {
  const t = useT();
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const [touch, setTouch] = useState(false);
  const [picking, setPicking] = useState(false);
  useEffect(() => setTouch(matchMedia("(pointer: coarse)").matches), []);
  const take = (input: HTMLInputElement) => {
    attach(projectId, [...(input.files ?? [])]);
    input.value = "";
  };
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        data-testid="file-input"
        accept={ACCEPTED_EXTENSIONS.join(",")}
        onChange={(event) => take(event.target)}
      />
      <input
        ref={camera}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        onChange={(event) => take(event.target)}
      />
      {touch ? (
        <Menu trigger={<IconButton icon={Plus} label={t("chat.attach")} className="rounded-full" />}>
          <MenuItem icon={FileUp} onSelect={() => picker.current?.click()}>
            {t("chat.attachFile")}
          </MenuItem>
          <MenuItem icon={Camera} onSelect={() => camera.current?.click()}>
            {t("chat.attachCamera")}
          </MenuItem>
          <MenuItem icon={FolderOpen} onSelect={() => setPicking(true)}>
            {t("chat.attachLibrary")}
          </MenuItem>
        </Menu>
      ) : (
        <>
          <IconButton
            icon={Plus}
            label={t("chat.attach")}
            className="rounded-full"
            onClick={() => picker.current?.click()}
          />
          <IconButton
            icon={FolderOpen}
            label={t("chat.attachLibrary")}
            className="rounded-full"
            onClick={() => setPicking(true)}
          />
        </>
      )}
      {picking && (
        <Suspense>
          <PickSheet projectId={projectId} onClose={() => setPicking(false)} />
        </Suspense>
      )}
    </>
  );
}
