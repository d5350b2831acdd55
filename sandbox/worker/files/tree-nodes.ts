import type { ExecLimits } from "../../../shared/protocol/sandbox-rpc.ts";
import type { FileContent } from "./content.ts";

export type TreeLimits = Pick<ExecLimits, "fileBytes" | "workspaceBytes" | "files">;

interface Meta {
  mode: number;
  mtimeMs: number;
}
export interface FolderNode extends Meta {
  readonly kind: "folder";
  readonly children: Map<string, TreeNode>;
}
export interface FileNode extends Meta {
  readonly kind: "file";
  content: FileContent;
}
export interface LinkNode extends Meta {
  readonly kind: "link";
  readonly target: string;
}
export type TreeNode = FolderNode | FileNode | LinkNode;

export const newFolder = (mtimeMs: number, mode = 0o755): FolderNode => ({
  kind: "folder",
  children: new Map(),
  mode,
  mtimeMs,
});
