import { FileInput, FileOutput, FileText, Server } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { RunReport } from "../../../../shared/workflow/records.ts";
import type { ToolRun } from "../../../../shared/workflow/run-node.ts";
import { type MessageId, t as say, useT } from "../../i18n/i18n.ts";
import { TestCount, TestList } from "../results/TestList.tsx";

const ArtifactSheet = lazy(async () => ({ default: (await import("../results/ArtifactSheet.tsx")).ArtifactSheet }));

const REASONS: Readonly<Record<string, MessageId>> = {
  default: "runReport.default",
  python: "runReport.python",
  install: "runReport.install",
  build: "runReport.build",
  git: "runReport.git",
  asked: "runReport.asked",
  absent: "runReport.absent",
};
const ENDS: Readonly<Record<string, MessageId>> = {
  timeout: "runReport.timeout",
  memory: "runReport.memory",
  output: "runReport.output",
  files: "runReport.files",
  cancelled: "runReport.cancelled",
  unavailable: "runReport.unavailable",
};

/** How it ended, in words. */
export function endOfRun({ outcome, exitCode }: Pick<RunReport, "outcome" | "exitCode">): string {
  const forced = ENDS[outcome];
  if (forced) return say(forced);
  return exitCode === 0 || exitCode === null ? say("runReport.ok") : say("runReport.exit", { code: String(exitCode) });
}

interface FactsProps {
  readonly tool: ToolRun;
  readonly view: WorkflowView;
  readonly mayDownload: boolean;
}

/** Beside what a tool said: where it ran and why there, how it ended, which tests ran, what it read and wrote. */
export function RunFacts({ tool, view, mayDownload }: FactsProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const { artifacts } = view;
  const { run, fullOutputId } = tool.result ?? {};
  const made = artifacts.filter((one) => one.provenance?.toolCallId === tool.id && one.role !== "log");
  const read = [...new Set(made.flatMap((one) => one.provenance?.inputs ?? []))];
  const whole = artifacts.find((one) => one.id === fullOutputId);
  const reason = run && REASONS[run.reason];
  return (
    <>
      {run && (
        <p className="flex items-start gap-2 px-1 text-[13px] text-muted">
          <Server aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {reason && t(reason)} {run.reason !== "absent" && `${endOfRun(run)}.`}
          </span>
        </p>
      )}
      {run?.tests && (
        <div className="flex flex-col gap-2">
          <p className="px-1 text-[15px] font-medium">
            <TestCount {...run.tests} />
          </p>
          <TestList report={run.tests} />
        </div>
      )}
      {whole && (
        <button
          type="button"
          onClick={() => setOpen(true)}
          className="flex min-h-11 items-center gap-2 rounded-xl px-1 text-start text-sm text-brand hover:bg-hover"
        >
          <FileText aria-hidden className="size-4 shrink-0" />
          {t("runReport.full")}
        </button>
      )}
      {open && whole && (
        <Suspense>
          <ArtifactSheet view={view} artifact={whole} mayDownload={mayDownload} onClose={() => setOpen(false)} />
        </Suspense>
      )}
      {read.length > 0 && <Names icon={FileInput} label={t("runReport.read")} names={read} />}
      {made.length > 0 && (
        <Names icon={FileOutput} label={t("runReport.wrote")} names={[...new Set(made.map((one) => one.name))]} />
      )}
    </>
  );
}

interface NamesProps {
  readonly icon: typeof FileInput;
  readonly label: string;
  readonly names: readonly string[];
}

function Names({ icon: Icon, label, names }: NamesProps) {
  return (
    <p className="flex items-start gap-2 px-1 text-[13px] text-soft">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0 break-words">
        {label}{" "}
        {names.map((name, index) => (
          <span key={name}>
            {index > 0 && " · "}
            <bdi>{name}</bdi>
          </span>
        ))}
      </span>
    </p>
  );
}
