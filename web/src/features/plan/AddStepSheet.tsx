import { useState } from "react";
import type { Tier } from "../../../../shared/workflow/content.ts";
import type { AgentId } from "../../../../shared/workflow/plan.ts";
import { MAX_INSTRUCTIONS, MAX_LABEL } from "../../../../shared/workflow/plan-limits.ts";
import { useT } from "../../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { Input, Select, TextArea } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { AgentSelect, TierChoice } from "./AgentSelect.tsx";
import { addStep, type Step } from "./plan-edit.ts";

interface AddProps {
  readonly steps: readonly Step[];
  readonly onClose: () => void;
  readonly onAdd: (steps: Step[]) => void;
}

export function AddStepSheet({ steps, onClose, onAdd }: AddProps) {
  const t = useT();
  const work = steps.filter((step) => step.stage === "building");
  const [label, setLabel] = useState("");
  const [instructions, setInstructions] = useState("");
  const [agent, setAgent] = useState<AgentId>("dev");
  const [tier, setTier] = useState<Tier>("standard");
  const [after, setAfter] = useState(work.at(-1)?.id ?? steps.at(-1)?.id ?? "");
  const add = () => {
    const stage = agent === "reviewer" ? "reviewing" : (steps.find((step) => step.id === after)?.stage ?? "building");
    onAdd(addStep(steps, { label: label.trim(), instructions, agent, tier, stage }, after === "" ? null : after));
  };
  return (
    <Sheet
      open
      onClose={onClose}
      kind="sheet"
      testId="add-step-sheet"
      title={t("plan.add")}
      footer={
        <Button look="primary" wide disabled={label.trim() === ""} onClick={add}>
          {t("plan.addConfirm")}
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        <Input
          label={t("step.label")}
          value={label}
          maxLength={MAX_LABEL}
          dir="auto"
          placeholder={t("step.labelExample")}
          autoFocus
          onChange={(event) => setLabel(event.target.value)}
        />
        <TextArea
          label={t("step.instructions")}
          hint={t("step.instructionsHint")}
          rows={3}
          dir="auto"
          value={instructions}
          maxLength={MAX_INSTRUCTIONS}
          onChange={(event) => setInstructions(event.target.value)}
        />
        <Select label={t("step.follows")} value={after} onChange={(event) => setAfter(event.target.value)}>
          <option value="">{t("step.first")}</option>
          {steps.map((step) => (
            <option key={step.id} value={step.id}>
              {step.label}
            </option>
          ))}
        </Select>
        <AgentSelect value={agent} onChange={setAgent} />
        <TierChoice value={tier} onChange={setTier} />
      </div>
    </Sheet>
  );
}
