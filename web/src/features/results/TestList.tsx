import { CircleCheck, CircleDashed, CircleX } from "lucide-react";
import type { TestReport } from "../../../../shared/workflow/records.ts";
import { useT } from "../../i18n/i18n.ts";

const LOOKS = {
  passed: { icon: CircleCheck, tone: "text-ok", text: "test.passed" },
  failed: { icon: CircleX, tone: "text-warn", text: "test.failed" },
  skipped: { icon: CircleDashed, tone: "text-muted", text: "test.skipped" },
} as const;

/** "14 tests passed · 1 test failed". */
export function TestCount({ passed, failed, skipped }: Pick<TestReport, "passed" | "failed" | "skipped">) {
  const t = useT();
  return [
    t("proof.tests", { count: passed }),
    failed > 0 && t("proof.testsFailed", { count: failed }),
    skipped > 0 && t("proof.testsSkipped", { count: skipped }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Each test as it ran, by file. */
export function TestList({ report }: { readonly report: TestReport }) {
  const t = useT();
  const files = [...Map.groupBy(report.tests, (test) => test.file)];
  return (
    <div className="flex flex-col gap-3 rounded-xl border border-line bg-bg p-3">
      {files.map(([file, tests]) => (
        <div key={file}>
          <p className="text-[13px] text-muted">
            <bdi dir="ltr" className="font-mono break-all">
              {file}
            </bdi>
          </p>
          <ul className="mt-1 flex flex-col gap-1.5">
            {tests.map((test, index) => {
              const { icon: Icon, tone, text } = LOOKS[test.status];
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a report never changes, and tests may share a name.
                <li key={index} className="flex items-start gap-2 text-[15px]">
                  <Icon aria-label={t(text)} className={`mt-1 size-4 shrink-0 ${tone}`} />
                  <div className="min-w-0">
                    <p dir="auto" className="break-words">
                      {test.name}
                    </p>
                    {test.message !== "" && (
                      <p dir="auto" className="font-mono text-[13px] break-words whitespace-pre-wrap text-warn">
                        {test.message}
                      </p>
                    )}
                  </div>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </div>
  );
}
