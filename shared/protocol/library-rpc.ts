import type {
  BinEntry,
  ChangeFile,
  CreateUpload,
  FileHistory,
  FileOrigin,
  FileProfile,
  FileView,
  FolderPage,
  FolderQuery,
  Restored,
  SearchPage,
  SearchQuery,
  StorageView,
  UploadView,
} from "../api/files.ts";
import type { Answer } from "./object-rpc.ts";
import type { ResultFacts } from "./projection.ts";
import type { SharesRpc, SitesRpc } from "./sites-rpc.ts";

export interface NewFile {
  /** Id of the version, and of the file when its name was free. */
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
  readonly profile: FileProfile | null;
  readonly problem: string | null;
  readonly key: string;
  readonly header: string;
  /** Sealed texts made by the parser, for the agents. */
  readonly derived: readonly { path: string; key: string; header: string; size: number }[];
  readonly createdBy: string;
  /** Folder it goes into, made when it is missing; absent: the top. */
  readonly folder?: string;
  /** Hex; absent where it was not kept. */
  readonly sha256?: string | null;
}

/** Bytes of one version: where they are and what opens them. */
export interface StoredVersion {
  readonly fileId: string;
  readonly versionId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly origin: FileOrigin;
  readonly size: number;
  readonly sha256: string | null;
  readonly key: string;
  readonly header: string;
}

/** What a part of an upload is sealed with; `received`: this very part is there already. */
export interface PartClaim {
  readonly key: string;
  readonly header: string;
  readonly multipart: string;
  /** Plaintext bytes this part has. */
  readonly size: number;
  /** Number of the attempt, for `partDone`. */
  readonly attempt: number;
  readonly received: boolean;
}

/** An upload whose parts are all there. */
export interface UploadEnd {
  readonly upload: UploadView;
  /** Id of the version it becomes. */
  readonly versionId: string;
  readonly createdBy: string;
  readonly key: string;
  readonly header: string;
  readonly multipart: string;
  readonly sha256: string | null;
  readonly etags: readonly { readonly partNumber: number; readonly etag: string }[];
}

/** One file of a folder, in the order a zip has them. `seq` continues the list. */
export interface ZipEntry extends StoredVersion {
  /** Below the folder that is packed. */
  readonly path: string;
  readonly updatedAt: string;
}

/** Who acts, in a project whose role was checked. */
export interface By {
  readonly projectId: string;
  readonly userId: string;
}

/** Files of one project. Roles are the caller's to check; refusals are values. */
export interface FilesRpc {
  /**
   * Adds a file, or a version where the folder has one of that name. The same id again, or the bytes of the current
   * version, add nothing: `versionId` of the view tells. `storage_full`, `path_invalid`.
   */
  addFile(file: NewFile): Promise<Answer<FileView>>;
  /** The version of this id, for the work that was given it: also when the file has newer ones or is in the bin. */
  file(versionId: string): Promise<(NewFile & { createdAt: string }) | null>;
  /**
   * The files work is to begin with, as they are now: each with the id of its current version, read first when nobody
   * did. `exact`: the ids are of versions. Null when one of them is not there.
   */
  pick(ids: readonly string[], exact: boolean): Promise<(NewFile & { createdAt: string })[] | null>;
  view(fileId: string): Promise<FileView | null>;
  /** Newest first, without what is in the bin; the cursor is opaque. */
  files(input: { limit: number; cursor: string | null }): Promise<{ items: FileView[]; nextCursor: string | null }>;
  /** Bytes of a version, by number; null: the current one. What is in the bin is not found. */
  stored(fileId: string, version: number | null): Promise<StoredVersion | null>;
  versions(fileId: string, input: { limit: number; cursor: string | null }): Promise<FileHistory | null>;
  restoreVersion(by: By, fileId: string, version: number): Promise<Answer<FileView>>;
  /** Renames or moves one file. `file_exists` when the place is taken. */
  change(fileId: string, to: ChangeFile): Promise<Answer<FileView>>;
  remove(by: By, fileId: string): Promise<Answer<BinEntry>>;
  /** Puts a file back that is in the bin by itself. */
  restore(fileId: string): Promise<Answer<Restored>>;

  folder(query: FolderQuery): Promise<Answer<FolderPage>>;
  createFolder(by: By, path: string): Promise<Answer<{ path: string }>>;
  moveFolder(path: string, to: string): Promise<Answer<{ path: string }>>;
  removeFolder(by: By, path: string): Promise<Answer<BinEntry>>;
  /** Files of a folder and those below, some at a time; `nextCursor` continues, null at the end. */
  zip(
    path: string,
    next: string | null,
  ): Promise<Answer<{ name: string; items: ZipEntry[]; nextCursor: string | null }>>;

  bin(input: { limit: number; cursor: string | null }): Promise<{ items: BinEntry[]; nextCursor: string | null }>;
  restoreBin(binId: string): Promise<Answer<Restored>>;
  /** For good, now. */
  eraseBin(binId: string): Promise<Answer<null>>;
  storage(): Promise<StorageView>;
  search(query: SearchQuery): Promise<SearchPage>;

  /** Begins an upload in parts; the same id again gives what is there. */
  createUpload(by: By, id: string, input: CreateUpload): Promise<Answer<UploadView>>;
  upload(id: string): Promise<UploadView | null>;
  /** Before a part is sealed: under one number only one content is ever sealed. */
  claimPart(id: string, part: number, sha256: string): Promise<Answer<PartClaim>>;
  /** How many parts are there now; `request_in_progress` when another attempt at the part began meanwhile. */
  partDone(id: string, part: number, attempt: number, etag: string): Promise<Answer<number>>;
  /** What the end of an upload needs: the file when it has ended already. */
  endUpload(id: string): Promise<Answer<{ done: FileView } | { end: UploadEnd }>>;
  finishUpload(id: string, file: NewFile): Promise<Answer<FileView>>;
  abortUpload(id: string): Promise<Answer<null>>;

  /** What a workflow made and removed, at least once and in order: known by (workflow, version, artifact). */
  results(facts: ResultFacts): Promise<void>;
  /** Forgets everything and gives the R2 keys that must go too. */
  destroy(): Promise<string[]>;
}

/** A LibraryObject: files, published sites and shared links of one project. */
export type LibraryRpc = FilesRpc & SitesRpc & SharesRpc;
