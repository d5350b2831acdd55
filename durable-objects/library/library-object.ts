import type {
  BinEntry,
  ChangeFile,
  CreateUpload,
  FileHistory,
  FileView,
  FolderPage,
  FolderQuery,
  Restored,
  SearchPage,
  SearchQuery,
  StorageView,
  UploadView,
} from "../../shared/api/files.ts";
import type {
  By,
  LibraryRpc,
  NewFile,
  PartClaim,
  StoredVersion,
  UploadEnd,
  ZipEntry,
} from "../../shared/protocol/library-rpc.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import type { ResultFacts } from "../../shared/protocol/projection.ts";
import type { Env } from "../env.ts";
import { eraseLibrary } from "./erase-library.ts";
import { compose, type Library } from "./parts.ts";
import { PublishingObject } from "./publishing-object.ts";

type Paged = { limit: number; cursor: string | null };
type Page<T> = { items: T[]; nextCursor: string | null };

/**
 * The files of one project. Apart from the ProjectObject, so that indexing never queues ahead of money. The bytes are
 * sealed in R2; a version's header opens them with the project's data key. A shell over its parts.
 */
export class LibraryObject extends PublishingObject implements LibraryRpc {
  #library: Library;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#library = compose(ctx, env, this.publishingChore);
  }

  async addFile(file: NewFile): Promise<Answer<FileView>> {
    return this.#done(this.#library.files.add(file));
  }

  async file(versionId: string): Promise<(NewFile & { createdAt: string }) | null> {
    return this.#library.files.readable(versionId);
  }

  async pick(ids: readonly string[], exact: boolean): Promise<(NewFile & { createdAt: string })[] | null> {
    return this.#library.files.pick(ids, exact);
  }

  async view(fileId: string): Promise<FileView | null> {
    return this.#library.files.view(fileId);
  }

  async files(input: Paged): Promise<Page<FileView>> {
    return this.#library.files.page(input);
  }

  async stored(fileId: string, version: number | null): Promise<StoredVersion | null> {
    return this.#library.files.stored(fileId, version);
  }

  async versions(fileId: string, input: Paged): Promise<FileHistory | null> {
    return this.#library.files.versions(fileId, input);
  }

  async restoreVersion(by: By, fileId: string, version: number): Promise<Answer<FileView>> {
    return this.#done(this.#library.files.restoreVersion(by.userId, fileId, version));
  }

  async change(fileId: string, to: ChangeFile): Promise<Answer<FileView>> {
    return this.#done(this.#library.places.change(fileId, to));
  }

  async remove(by: By, fileId: string): Promise<Answer<BinEntry>> {
    return this.#done(this.#library.bin.remove(fileId, by.userId));
  }

  async restore(fileId: string): Promise<Answer<Restored>> {
    return this.#done(this.#library.bin.restoreFile(fileId));
  }

  async folder(query: FolderQuery): Promise<Answer<FolderPage>> {
    return this.#library.listing.page(query);
  }

  async createFolder(by: By, path: string): Promise<Answer<{ path: string }>> {
    this.#library.projectOf(by.projectId);
    return this.#library.places.createFolder(path);
  }

  async moveFolder(path: string, to: string): Promise<Answer<{ path: string }>> {
    return this.#library.places.moveFolder(path, to);
  }

  async removeFolder(by: By, path: string): Promise<Answer<BinEntry>> {
    return this.#done(this.#library.bin.removeFolder(path, by.userId));
  }

  async zip(path: string, next: string | null): Promise<Answer<Page<ZipEntry> & { name: string }>> {
    return this.#library.listing.zip(path, next);
  }

  async bin(input: Paged): Promise<Page<BinEntry>> {
    return this.#library.bin.page(input);
  }

  async restoreBin(binId: string): Promise<Answer<Restored>> {
    return this.#done(this.#library.bin.restore(binId));
  }

  async eraseBin(binId: string): Promise<Answer<null>> {
    return this.#done(this.#library.bin.erase(binId));
  }

  async storage(): Promise<StorageView> {
    return this.#library.quota.view();
  }

  async search(query: SearchQuery): Promise<SearchPage> {
    return this.#library.search.page(query);
  }

  async createUpload(by: By, id: string, input: CreateUpload): Promise<Answer<UploadView>> {
    return this.#done(await this.#library.uploads.create(by, id, input));
  }

  async upload(id: string): Promise<UploadView | null> {
    return this.#library.uploads.view(id);
  }

  async claimPart(id: string, part: number, sha256: string): Promise<Answer<PartClaim>> {
    return this.#library.uploads.claim(id, part, sha256);
  }

  async partDone(id: string, part: number, attempt: number, etag: string): Promise<Answer<number>> {
    return this.#library.uploads.done(id, part, attempt, etag);
  }

  async endUpload(id: string): Promise<Answer<{ done: FileView } | { end: UploadEnd }>> {
    return this.#library.uploads.end(id);
  }

  async finishUpload(id: string, file: NewFile): Promise<Answer<FileView>> {
    return this.#done(this.#library.uploads.finish(id, file));
  }

  async abortUpload(id: string): Promise<Answer<null>> {
    return this.#done(await this.#library.uploads.abort(id));
  }

  async results(facts: ResultFacts): Promise<void> {
    return this.#done(await this.#library.results.apply(facts));
  }

  async destroy(): Promise<string[]> {
    const keys = await eraseLibrary(this.#library);
    await this.ctx.storage.deleteAll();
    this.resetPublishing();
    this.#library = compose(this.ctx, this.env, this.publishingChore);
    this.#library.sql.exec("UPDATE library SET erased = 1");
    return keys;
  }

  /** What is owed by the clock: files nobody has read, uploads nobody ended, what was in the bin too long. It never throws. */
  override async alarm(): Promise<void> {
    await this.#library.chores.run();
  }

  protected override storageRefusal(bytes: number) {
    return this.#library.quota.refusal(bytes);
  }

  protected override armChores(): Promise<void> {
    return this.#library.chores.arm();
  }

  /** The alarm is set in the turn in which something came to be owed. */
  async #done<T>(answer: T): Promise<T> {
    await this.#library.chores.arm();
    return answer;
  }
}
