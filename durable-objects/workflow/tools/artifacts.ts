import { newId } from "../../../shared/lib/ids.ts";
import type { ArtifactRecord, Provenance } from "../../../shared/workflow/records.ts";
import type { Blobs, Hash } from "../ports.ts";
import { mediaTypeOf } from "./file-names.ts";

export const MAX_ARTIFACT_BYTES = 16 * 1024 * 1024;

export interface ArtifactOwner {
  readonly projectId: string;
  readonly workflowId: string;
  readonly nodeId: string;
  /** The tool call that writes it. */
  readonly toolCallId: string;
}

export interface NewArtifact {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly role?: "log";
  readonly provenance: Provenance;
}

/** Id of a step's result of this name. */
export function artifactIdOf(owner: Pick<ArtifactOwner, "workflowId" | "nodeId">, name: string, hash: Hash): string {
  const digest = hash(JSON.stringify([owner.workflowId, owner.nodeId, name]));
  return newId(
    "art",
    Uint8Array.from({ length: 26 }, (_, at) => Number.parseInt(digest.slice(at * 2, at * 2 + 2), 16)),
  );
}

/**
 * Seals a result into R2. Its id follows from step and name: a step that writes a name again, in a later attempt or
 * after a crash, replaces its own result and nobody else's. Each call keeps its bytes under a key of its own,
 * so that what an earlier event names stays what it was.
 */
export async function storeArtifact(
  owner: ArtifactOwner,
  file: NewArtifact,
  blobs: Blobs,
  hash: Hash,
): Promise<ArtifactRecord> {
  const id = artifactIdOf(owner, file.name, hash);
  const key = `${owner.projectId}/artifacts/${owner.workflowId}/${id}/${owner.toolCallId}`;
  const { header } = await blobs.write(key, file.bytes);
  return {
    id,
    nodeId: owner.nodeId,
    name: file.name,
    mediaType: mediaTypeOf(file.name, file.bytes),
    size: file.bytes.length,
    sha256: hash(file.bytes),
    key,
    header,
    ...(file.role ? { role: file.role } : {}),
    provenance: file.provenance,
  };
}
