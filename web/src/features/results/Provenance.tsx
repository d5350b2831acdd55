import { Code2, FileInput, Footprints, UserRound } from "lucide-react";
import type { ArtifactView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { AgentLine } from "../plan/AgentBadge.tsx";
import { SectionTitle } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { toolName } from "../workflow/ActivityText.tsx";
import { Row } from "./Row.tsx";

interface ProvenanceProps {
  readonly view: WorkflowView;
  readonly artifact: ArtifactView;
  readonly openNode?: ((id: string) => void) | undefined;
}

/** Which step made it, by running what, from which files (FR-9.2). */
export function Provenance({ view, artifact, openNode }: ProvenanceProps) {
  const t = useT();
  const node = view.plan?.nodes.find((one) => one.id === artifact.nodeId);
  const { provenance } = artifact;
  if (!node && !provenance) return null;
  return (
    <section data-testid="provenance">
      <SectionTitle>{t("made.how")}</SectionTitle>
      <dl className="flex flex-col gap-3 rounded-2xl border border-line p-4 text-[15px]">
        {node && (
          <Row icon={Footprints} label={t("made.step")}>
            <bdi>{node.label}</bdi>
            <span className="block text-[13px] text-muted">
              <AgentLine agent={node.agent} short />
            </span>
          </Row>
        )}
        {provenance && (
          <Row icon={provenance.code ? Code2 : UserRound} label={t(provenance.code ? "made.code" : "made.by")}>
            {provenance.code ? (
              <bdi dir="ltr" className="font-mono text-sm break-all">
                {provenance.code}
              </bdi>
            ) : (
              toolName(provenance.tool)
            )}
          </Row>
        )}
        {provenance && provenance.inputs.length > 0 && (
          <Row icon={FileInput} label={t("made.from")}>
            <ul>
              {provenance.inputs.map((name) => (
                <li key={name}>
                  <bdi className="break-all">{name}</bdi>
                </li>
              ))}
            </ul>
          </Row>
        )}
      </dl>
      {node && openNode && (
        <Button look="ghost" onClick={() => openNode(node.id)}>
          {t("made.openStep")}
        </Button>
      )}
    </section>
  );
}
