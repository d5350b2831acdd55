import {
  CircleCheck,
  CircleX,
  FileCheck2,
  FlaskConical,
  Globe,
  Quote,
  ReceiptText,
  ShieldCheck,
  ShieldX,
  SquareTerminal,
} from "lucide-react";
import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import type { Evidence } from "../../../../shared/workflow/records.ts";
import type { ToolRun } from "../../../../shared/workflow/run-node.ts";
import { moment } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Code } from "../ui/Code.tsx";
import { OutsideLink } from "./OutsideLink.tsx";
import { TestCount, TestList } from "./TestList.tsx";

interface ProofProps {
  readonly node: NodeView;
  readonly view: WorkflowView;
  readonly tools: readonly ToolRun[];
}

/** Why a step may be believed: what ran, what it made, what others checked. Never the agent's word alone. */
export function Proof({ node, view, tools }: ProofProps) {
  const t = useT();
  const { review } = node;
  return (
    <ul className="flex flex-col gap-2 text-[15px]">
      {review && (
        <li className={`flex items-start gap-3 rounded-2xl p-3 ${review.accepted ? "bg-ok-soft" : "bg-warn-soft"}`}>
          {review.accepted ? (
            <ShieldCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-ok" />
          ) : (
            <ShieldX aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
          )}
          <div className="min-w-0">
            <p className="font-medium">{t(review.accepted ? "proof.accepted" : "proof.rejected")}</p>
            {review.reasons && (
              <p dir="auto" className="text-sm text-soft">
                {review.reasons}
              </p>
            )}
          </div>
        </li>
      )}
      {node.evidence.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: evidence is only ever appended.
        <Item key={`${one.type}${index}`} one={one} view={view} tools={tools} />
      ))}
    </ul>
  );
}

function Item({ one, view, tools }: Omit<ProofProps, "node"> & { readonly one: Evidence }) {
  const t = useT();
  switch (one.type) {
    case "check": {
      const Icon = one.passed ? CircleCheck : CircleX;
      return (
        <li className="flex items-start gap-3 rounded-2xl border border-line p-3">
          <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${one.passed ? "text-ok" : "text-warn"}`} />
          <div className="min-w-0">
            <p dir="auto">
              <span className="sr-only">{t(one.passed ? "proof.passed" : "proof.notPassed")} </span>
              {one.label}
            </p>
            {one.detail && (
              <p dir="auto" className="text-sm break-words text-muted">
                {one.detail}
              </p>
            )}
          </div>
        </li>
      );
    }
    case "artifact": {
      const artifact = view.artifacts.find((made) => made.id === one.artifactId);
      return (
        <li className="flex items-start gap-3 rounded-2xl border border-line p-3">
          <FileCheck2 aria-hidden className="mt-0.5 size-5 shrink-0 text-ok" />
          <div className="min-w-0">
            <p dir="auto">{one.label}</p>
            {artifact && <bdi className="text-sm text-muted">{artifact.name}</bdi>}
          </div>
        </li>
      );
    }
    case "quote":
      return (
        <li className="flex items-start gap-3 rounded-2xl border border-line p-3">
          <Quote aria-hidden className="mt-0.5 size-5 shrink-0 text-brand rtl:-scale-x-100" />
          <figure className="min-w-0">
            <figcaption dir="auto">{one.label}</figcaption>
            <blockquote dir="auto" className="mt-1 text-sm break-words whitespace-pre-wrap text-soft">
              {one.text}
            </blockquote>
            <bdi className="text-[13px] text-muted">{one.source}</bdi>
          </figure>
        </li>
      );
    case "receipt":
      return (
        <li className="flex items-start gap-3 rounded-2xl border border-line p-3">
          <ReceiptText aria-hidden className={`mt-0.5 size-5 shrink-0 ${one.rehearsed ? "text-warn" : "text-ok"}`} />
          <div className="min-w-0">
            <p dir="auto">{one.label}</p>
            <p className="text-sm break-words text-muted">
              {t(one.rehearsed ? "proof.rehearsed" : "proof.receipt")}
              {one.reference && (
                <>
                  {" "}
                  <bdi>{one.reference}</bdi>
                </>
              )}
            </p>
            {one.link && <OutsideLink url={one.link} />}
          </div>
        </li>
      );
    case "tests": {
      const report = tools.find((tool) => tool.id === one.toolCallId)?.result?.run?.tests;
      return (
        <li className="rounded-2xl border border-line">
          <details>
            <summary className="flex min-h-12 items-center gap-3 rounded-2xl p-3 hover:bg-hover">
              <FlaskConical aria-hidden className={`size-5 shrink-0 ${one.failed > 0 ? "text-warn" : "text-ok"}`} />
              <span className="min-w-0 flex-1">
                <span className="block font-medium">
                  <TestCount {...one} />
                </span>
                <span dir="auto" className="block text-sm text-muted">
                  {one.label}
                </span>
              </span>
            </summary>
            {report && (
              <div className="px-3 pb-3">
                <TestList report={report} />
              </div>
            )}
          </details>
        </li>
      );
    }
    case "page":
      return (
        <li className="flex items-start gap-3 rounded-2xl border border-line p-3">
          <Globe aria-hidden className={`mt-0.5 size-5 shrink-0 ${one.status === 200 ? "text-ok" : "text-warn"}`} />
          <div className="min-w-0">
            <p dir="auto">{one.label}</p>
            <p className="text-sm text-muted">
              {t("proof.page", { time: moment(one.at), status: String(one.status) })}
            </p>
            <OutsideLink url={one.url} />
          </div>
        </li>
      );
    case "run": {
      const output = one.output || tools.find((tool) => tool.id === one.toolCallId)?.result?.output;
      return (
        <li className="rounded-2xl border border-line">
          <details>
            <summary className="flex min-h-12 items-center gap-3 rounded-2xl p-3 hover:bg-hover">
              <SquareTerminal aria-hidden className="size-5 shrink-0 text-ok" />
              <span dir="auto" className="min-w-0 flex-1">
                {one.label}
              </span>
            </summary>
            {output && (
              <div className="px-3 pb-3">
                <Code text={output} />
              </div>
            )}
          </details>
        </li>
      );
    }
  }
}
