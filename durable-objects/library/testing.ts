import { FolderQuery, SearchQuery } from "../../shared/api/files.ts";
import type { NewFile } from "../../shared/protocol/library-rpc.ts";
import type { ResultFact, ResultFacts } from "../../shared/protocol/projection.ts";
import type { ArtifactRecord } from "../../shared/workflow/records.ts";

let files = 0;

/** A file of ten bytes that nobody has to read; its id is made up. */
export function someFile(projectId: string, name: string, changes: Partial<NewFile> = {}): NewFile {
  const id = `fil_${String(++files).padStart(26, "0")}`;
  return {
    id,
    name,
    size: 10,
    mediaType: "text/plain",
    profile: null,
    problem: "file_too_large_to_read",
    key: `${projectId}/files/${id}/original`,
    header: "h",
    derived: [],
    createdBy: "usr_a",
    sha256: null,
    ...changes,
  };
}

export const folderQuery = (query: Partial<FolderQuery> = {}): FolderQuery => ({ ...FolderQuery.parse({}), ...query });
export const searchQuery = (q: string, query: Partial<SearchQuery> = {}): SearchQuery => ({
  ...SearchQuery.parse({ q }),
  ...query,
});

/** What a workflow's outbox tells. */
export function resultFacts(
  projectId: string,
  facts: readonly ResultFact[],
  changes: Partial<ResultFacts> = {},
): ResultFacts {
  return { projectId, workflowId: "wf_a", workflowName: "Late invoices", locale: "en", facts, ...changes };
}

export function createdResult(
  sourceVersion: number,
  name: string,
  changes: Partial<ArtifactRecord> = {},
): ResultFact & { readonly kind: "created" } {
  const id = changes.id ?? `art_${sourceVersion}`;
  const artifact: ArtifactRecord = {
    id,
    nodeId: "s1",
    name,
    mediaType: "text/csv",
    size: 5,
    sha256: `hash of ${id}`,
    key: `prj/workflows/wf/${id}`,
    header: "h",
    provenance: { toolCallId: "tool_1", tool: "run_code", code: "late.js", inputs: ["invoices.csv"] },
    ...changes,
  };
  return { kind: "created", sourceVersion, at: "2026-11-23T10:00:00.000Z", artifact, step: "Find", simulated: true };
}
