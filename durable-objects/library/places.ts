import type { ChangeFile, FileView } from "../../shared/api/files.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import { cleanName, MAX_DEPTH, nameKey, parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";

/** Where files and folders are: making folders, moving and renaming. Nothing is ever put over something else. */
export class Places {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** See FilesRpc.change. */
  change(fileId: string, to: ChangeFile): Answer<FileView> {
    const { ctx, items, tree } = this.#ground;
    return ctx.storage.transactionSync(() => {
      const item = items.live(fileId);
      if (!item) return err(problem("not_found"));
      const name = to.name === undefined ? item.name : cleanName(to.name);
      const names = to.path === undefined ? null : parsePath(to.path);
      if (name === null || (to.path !== undefined && names === null)) return err(problem("path_invalid"));
      const folder = names === null ? item.folder : tree.ensure(names)?.id;
      if (folder === undefined) return err(problem("file_exists", { name: names?.at(-1) ?? "" }));
      if (folder === item.folder && name === item.name) return ok(items.view(item));
      const isOwn = folder === item.folder && nameKey(name) === nameKey(item.name);
      if (!isOwn && tree.isTaken(folder, name)) return err(problem("file_exists", { name }));
      const moved = items.move(item, folder, name);
      this.#ground.changed(moved);
      return ok(items.view(moved));
    });
  }

  createFolder(path: string): Answer<{ path: string }> {
    const { ctx, tree } = this.#ground;
    const names = parsePath(path);
    if (names === null || names.length === 0) return err(problem("path_invalid"));
    return ctx.storage.transactionSync(() => {
      if (this.#ground.isErased()) return err(problem("not_found"));
      const folder = tree.ensure(names);
      if (!folder) return err(problem("file_exists", { name: names.at(-1) ?? "" }));
      return ok({ path: tree.names(folder.id).join("/") });
    });
  }

  moveFolder(path: string, to: string): Answer<{ path: string }> {
    const { ctx, tree } = this.#ground;
    const from = parsePath(path);
    const target = parsePath(to);
    const name = target?.at(-1);
    if (from === null || target === null || from.length === 0 || name === undefined)
      return err(problem("path_invalid"));
    return ctx.storage.transactionSync(() => {
      const folder = tree.find(from);
      if (!folder) return err(problem("not_found"));
      const isSame = from.length === target.length && startsWith(target, from);
      if (!isSame && startsWith(target, from)) return err(problem("folder_into_itself"));
      if (target.length + tree.depthBelow(folder.id) > MAX_DEPTH) return err(problem("path_invalid"));
      const parent = tree.ensure(target.slice(0, -1));
      if (!parent || (!isSame && tree.isTaken(parent.id, name))) return err(problem("file_exists", { name }));
      tree.detach(folder);
      tree.attach(folder, parent.id, name);
      return ok({ path: tree.names(folder.id).join("/") });
    });
  }
}

const startsWith = (names: readonly string[], start: readonly string[]): boolean =>
  start.every((name, index) => nameKey(name) === nameKey(names[index] ?? ""));
