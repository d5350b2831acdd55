import { CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { ToolRun } from "../../../../shared/workflow/run-node.ts";
import { duration } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Code } from "../ui/Code.tsx";
import { toolName } from "./ActivityText.tsx";
import { RunFacts } from "./RunFacts.tsx";

interface ToolsProps {
  readonly tools: readonly ToolRun[];
  readonly view: WorkflowView;
  readonly mayDownload: boolean;
}

/** What a step did with its tools; the code is there for who wants to see it, folded for who does not. */
export function Tools({ tools, view, mayDownload }: ToolsProps) {
  const t = useT();
  return (
    <ul className="flex flex-col gap-2">
      {tools.map((tool) => {
        const Icon = tool.result === null ? LoaderCircle : tool.result.ok ? CircleCheck : CircleX;
        const tone =
          tool.result === null ? "text-run motion-safe:animate-spin" : tool.result.ok ? "text-ok" : "text-warn";
        const input = inputText(tool);
        return (
          <li key={tool.id} className="rounded-2xl border border-line">
            <details>
              <summary className="flex min-h-12 items-center gap-3 rounded-2xl px-4 py-2 text-[15px] hover:bg-hover">
                <Icon aria-hidden className={`size-4 shrink-0 ${tone}`} />
                <span className="min-w-0 flex-1">
                  <span className="block">{toolName(tool.name)}</span>
                  {input.title && (
                    <span dir="auto" className="block truncate text-[13px] text-muted">
                      {input.title}
                    </span>
                  )}
                </span>
                <span className="shrink-0 text-[13px] text-muted">
                  {tool.result === null ? t("tool.running") : duration(tool.result.durationMs)}
                </span>
              </summary>
              <div className="flex flex-col gap-2 px-3 pb-3">
                {input.body && <Code text={input.body} />}
                {tool.result && tool.result.output !== "" && (
                  <>
                    <p className="px-1 text-[13px] text-muted">{t(tool.result.ok ? "tool.output" : "tool.failed")}</p>
                    <Code text={tool.result.output} />
                  </>
                )}
                <RunFacts tool={tool} view={view} mayDownload={mayDownload} />
              </div>
            </details>
          </li>
        );
      })}
    </ul>
  );
}

function inputText(tool: ToolRun): { title: string; body: string } {
  const text = (key: string): string => {
    const value = tool.input[key];
    return typeof value === "string" ? value : "";
  };
  switch (tool.name) {
    case "run_code":
      return { title: text("purpose"), body: text("code") };
    case "run_command":
      return { title: text("purpose") || text("command"), body: text("command") };
    case "run_tests": {
      const { paths } = tool.input;
      return { title: Array.isArray(paths) ? paths.join(", ") : "", body: "" };
    }
    case "write_file":
      return { title: text("path"), body: text("content") };
    case "patch_file":
      return { title: text("path"), body: `${minus(text("old"))}\n${plus(text("new"))}` };
    case "read_file":
      return { title: text("path"), body: "" };
    case "fetch_page":
      return { title: text("url"), body: "" };
    case "search_files":
      return { title: text("query"), body: "" };
    default:
      return { title: "", body: Object.keys(tool.input).length > 0 ? JSON.stringify(tool.input, null, 2) : "" };
  }
}

const marked = (mark: string) => (text: string) =>
  text
    .split("\n")
    .map((line) => `${mark} ${line}`)
    .join("\n");
const minus = marked("-");
const plus = marked("+");
