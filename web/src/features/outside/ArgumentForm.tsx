import { PencilLine, RotateCcw } from "lucide-react";
import { useT } from "../../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { Input, TextArea } from "../ui/Field.tsx";
import { changedFields, type Field, type Typed, wrongFields } from "./arguments.ts";
import { useFieldName } from "./OutsideFacts.tsx";

interface FormProps {
  readonly fields: readonly Field[];
  readonly typed: Typed;
  readonly onType: (typed: Typed) => void;
  readonly disabled: boolean;
}

/** Every value that will be sent, to change before it is; what differs from the proposal says so. */
export function ArgumentForm({ fields, typed, onType, disabled }: FormProps) {
  const changed = new Set(changedFields(fields, typed).map(({ id }) => id));
  const wrong = new Set(wrongFields(fields, typed).map(({ id }) => id));
  return (
    <div className="flex flex-col gap-4">
      {fields.map((field) => (
        <div key={field.id} data-testid="argument" data-field={field.id} className="flex flex-col">
          <Control
            field={field}
            text={typed[field.id] ?? field.shown}
            wrong={wrong.has(field.id)}
            disabled={disabled}
            onType={(text) => onType({ ...typed, [field.id]: text })}
          />
          {changed.has(field.id) && (
            <Was
              field={field}
              onRestore={() => {
                const { [field.id]: _typed, ...rest } = typed;
                onType(rest);
              }}
            />
          )}
        </div>
      ))}
    </div>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly text: string;
  readonly wrong: boolean;
  readonly disabled: boolean;
  readonly onType: (text: string) => void;
}

function Control({ field, text, wrong, disabled, onType }: ControlProps) {
  const t = useT();
  const label = useFieldName()(field.path);
  if (field.kind === "none") return <Input label={label} value="" placeholder={t("outside.nothing")} disabled />;
  if (field.kind === "boolean")
    return (
      <label className="flex min-h-11 cursor-pointer items-center gap-3">
        <input
          type="checkbox"
          className="size-5 shrink-0 accent-(--brand)"
          checked={text === "true"}
          disabled={disabled}
          onChange={(event) => onType(String(event.target.checked))}
        />
        <span className="font-medium">{label}</span>
      </label>
    );
  if (field.kind === "long")
    return (
      <TextArea
        label={label}
        dir="auto"
        rows={Math.min(8, Math.max(3, text.split("\n").length + 1))}
        value={text}
        disabled={disabled}
        onChange={(event) => onType(event.target.value)}
      />
    );
  const number = field.kind === "number";
  return (
    <Input
      label={label}
      dir={number ? "ltr" : "auto"}
      {...(number ? { inputMode: "decimal" as const, className: "rtl:text-end" } : {})}
      value={text}
      disabled={disabled}
      error={wrong ? t("outside.wrongNumber") : undefined}
      onChange={(event) => onType(event.target.value)}
    />
  );
}

function Was({ field, onRestore }: { readonly field: Field; readonly onRestore: () => void }) {
  const t = useT();
  const shown = field.kind === "boolean" ? t(field.value === true ? "outside.yes" : "outside.no") : field.shown;
  return (
    <p className="mt-1 flex items-center gap-2 text-[13px]">
      <span className="inline-flex shrink-0 items-center gap-1 font-medium text-brand">
        <PencilLine aria-hidden className="size-3.5" />
        {t("outside.changed")}
      </span>
      <span className="line-clamp-2 min-w-0 flex-1 text-muted">
        {t("outside.was", { value: shown || t("outside.nothing") })}
      </span>
      <Button look="ghost" icon={RotateCcw} onClick={onRestore}>
        {t("outside.restore")}
      </Button>
    </p>
  );
}
