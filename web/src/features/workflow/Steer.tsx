import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { steerWorkflow } from "../../api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { IconButton } from "../ui/Button.tsx";

/** A word to the agents while they work. */
export function Steer({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  const [words, setWords] = useState("");
  const steer = useMutation({
    mutationFn: () => steerWorkflow(view.id, words.trim()),
    onSuccess: () => {
      setWords("");
      toast({ kind: "success", title: t("steer.sent") });
    },
    onError: toastError,
  });
  return (
    <form
      className="flex items-center gap-1 rounded-2xl border border-line-strong bg-surface p-1 focus-within:border-brand"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() !== "") steer.mutate();
      }}
    >
      <input
        aria-label={t("steer.label")}
        placeholder={t("steer.placeholder")}
        dir="auto"
        maxLength={4000}
        value={words}
        onChange={(event) => setWords(event.target.value)}
        className="min-h-11 min-w-0 flex-1 bg-transparent px-3 outline-none placeholder:text-muted"
      />
      <IconButton
        type="submit"
        icon={Send}
        directional
        label={t("steer.send")}
        disabled={words.trim() === "" || steer.isPending}
      />
    </form>
  );
}
