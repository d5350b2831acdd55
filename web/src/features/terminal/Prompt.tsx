import { useMutation } from "@tanstack/react-query";
import { CornerDownLeft, Eye, Square } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { MAX_TERMINAL_LINE } from "../../../../shared/api/limits.ts";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { runLine, stopLine } from "../../api/terminal.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Button } from "../ui/Button.tsx";
import { History } from "./line-history.ts";

interface PromptProps {
  readonly view: WorkflowView;
  readonly mayWrite: boolean;
  readonly past: boolean;
  readonly offline: boolean;
  /** The person's command that runs now. */
  readonly running: string | null;
  /** Lines people typed here before, oldest first. */
  readonly known: readonly string[];
}

/** A real line of text: phones, Arabic and screen readers can type in it. */
export function Prompt({ view, mayWrite, past, offline, running, known }: PromptProps) {
  const t = useT();
  const hint = useId();
  const [line, setLine] = useState("");
  const own = useRef<string[]>([]);
  const history = useRef(new History());
  const run = useMutation({
    mutationFn: (text: string) => runLine(view.id, text),
    onError: (error, text) => {
      toastError(error);
      setLine((now) => now || text);
    },
  });
  const stop = useMutation({
    mutationFn: (execId: string) => stopLine(view.id, execId),
    onSuccess: () => toast({ kind: "info", title: t("terminal.stopped") }),
    onError: toastError,
  });
  if (!mayWrite)
    return (
      <p className="flex items-start gap-2 rounded-2xl border border-line bg-surface p-4 text-[15px] text-soft">
        <Eye aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" />
        {t(past ? "terminal.past" : "terminal.viewer")}
      </p>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (line.trim() === "" || run.isPending || running !== null || offline) return;
    own.current.push(line);
    history.current.leave();
    run.mutate(line);
    setLine("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const lines = [...new Set([...known, ...own.current].toReversed())].toReversed();
    const found = history.current.move(event.key === "ArrowUp" ? -1 : 1, lines, line);
    if (found === null) return;
    event.preventDefault();
    setLine(found);
  };
  return (
    <form onSubmit={submit}>
      <div className="flex items-center gap-2">
        <input
          dir="auto"
          value={line}
          aria-label={t("terminal.line")}
          aria-describedby={hint}
          placeholder={t("terminal.placeholder")}
          maxLength={MAX_TERMINAL_LINE}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          data-testid="terminal-line"
          onChange={(event) => setLine(event.target.value)}
          onKeyDown={press}
          className="min-h-11 min-w-0 flex-1 rounded-xl border border-line-strong bg-surface px-3.5 font-mono text-text placeholder:font-sans placeholder:text-muted"
        />
        {running === null ? (
          <Button type="submit" look="primary" icon={CornerDownLeft} busy={run.isPending} disabled={offline}>
            {t("terminal.run")}
          </Button>
        ) : (
          <Button look="danger" icon={Square} busy={stop.isPending} onClick={() => stop.mutate(running)}>
            {t("terminal.stop")}
          </Button>
        )}
      </div>
      <p id={hint} className="mt-1.5 text-[13px] text-muted">
        {t(running === null ? "terminal.hint" : "terminal.busy")}
      </p>
    </form>
  );
}
