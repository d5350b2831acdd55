import { useMutation } from "@tanstack/react-query";
import { PencilLine } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { MAX_CHANGE_CHARS } from "../../../../shared/api/limits.ts";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { forkWorkflow } from "../../api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { rememberNext } from "../../stores/lineage-store.ts";
import { toastError } from "../../stores/toast-store.ts";
import { Card } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { TextArea } from "../ui/Field.tsx";
import { siteFolders } from "./group-artifacts.ts";

/** A result that should be different: said in words, planned and priced as a run of its own that goes on from this one. */
export function Adjust({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  const go = useNavigate();
  const [words, setWords] = useState("");
  const adjust = useMutation({
    mutationFn: () => forkWorkflow(view.id, { version: view.version, change: words.trim() }),
    onSuccess: (next) => {
      rememberNext(view.id, { id: next.id, name: next.name });
      void go(`/p/${next.projectId}/workflows/${next.id}`);
    },
    onError: toastError,
  });
  return (
    <Card className="p-4">
      <form
        data-testid="adjust"
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (words.trim() !== "") adjust.mutate();
        }}
      >
        <TextArea
          label={t("adjust.label")}
          hint={[t("adjust.lead"), ...(siteFolders(view.artifacts).length > 0 ? [t("adjust.site")] : [])].join(" ")}
          dir="auto"
          rows={2}
          maxLength={MAX_CHANGE_CHARS}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Button
          type="submit"
          icon={PencilLine}
          className="self-start"
          busy={adjust.isPending}
          disabled={words.trim() === ""}
        >
          {t("adjust.send")}
        </Button>
      </form>
    </Card>
  );
}
