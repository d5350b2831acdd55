import { downloadZip } from "client-zip";
import { err, ok } from "../../shared/lib/result.ts";
import type { FileEntry, FilesAnswer, FilesProblem } from "../../shared/protocol/sandbox-rpc.ts";
import type { BoxFileRequest, BoxFilesAnswer } from "../image/box/wire.ts";
import { EXEC_LIMITS, type SandboxFiles } from "../port.ts";
import { type BoxPort, BoxUnavailable } from "./box-port.ts";
import { boxPath, isPlainPath } from "./paths.ts";
import { FilesAnswerLine } from "./wire-schemas.ts";

const DETAILS: Record<FilesProblem, string> = {
  not_found: "There is no such file or folder.",
  exists: "Something is there already.",
  not_a_folder: "This is not a folder.",
  is_a_folder: "This is a folder.",
  bad_path: "The path is not one within the workspace.",
  too_large: "The file is larger than a file may be.",
  full: "The workspace is full.",
};

const refuse = (problem: FilesProblem) => err({ problem, detail: DETAILS[problem] });

/** The files in a container. @throws BoxUnavailable when it cannot be had */
export class ContainerFiles implements SandboxFiles {
  readonly #port: BoxPort;

  constructor(port: BoxPort) {
    this.#port = port;
  }

  async read(path: string): Promise<FilesAnswer<Uint8Array>> {
    const at = boxPath(path);
    if (at === null) return refuse("bad_path");
    if (at === "") return refuse("is_a_folder");
    const response = await this.#port.send(`/file?path=${encodeURIComponent(at)}`);
    if (response.ok) return ok(new Uint8Array(await response.arrayBuffer()));
    const answer = await answerOf(response);
    return refuse(answer.ok ? "not_found" : answer.problem);
  }

  async write(path: string, bytes: Uint8Array): Promise<FilesAnswer<FileEntry>> {
    const at = boxPath(path);
    if (at === null || (at !== "" && !isPlainPath(at))) return refuse("bad_path");
    if (at === "") return refuse("is_a_folder");
    if (bytes.byteLength > EXEC_LIMITS.fileBytes) return refuse("too_large");
    const init = { method: "PUT", body: new Uint8Array(bytes) };
    return one(await answerOf(await this.#port.send(`/file?path=${encodeURIComponent(at)}`, init)));
  }

  async list(folder: string, options: { recursive?: boolean } = {}): Promise<FilesAnswer<FileEntry[]>> {
    const path = boxPath(folder);
    if (path === null) return refuse("bad_path");
    const answer = await this.#ask({ op: "list", path, recursive: options.recursive ?? false });
    return answer.ok ? ok(answer.entries.filter((entry) => isPlainPath(entry.path))) : refuse(answer.problem);
  }

  async stat(path: string): Promise<FilesAnswer<FileEntry>> {
    const at = boxPath(path);
    return at === null ? refuse("bad_path") : one(await this.#ask({ op: "stat", path: at }));
  }

  async move(from: string, to: string): Promise<FilesAnswer<FileEntry>> {
    const [path, target] = [boxPath(from), boxPath(to)];
    if (path === null || target === null || path === "") return refuse("bad_path");
    if (target === "") return refuse("exists");
    if (!isPlainPath(target)) return refuse("bad_path");
    return one(await this.#ask({ op: "move", path, to: target }));
  }

  async remove(path: string): Promise<FilesAnswer<null>> {
    const at = boxPath(path);
    if (at === null || at === "") return refuse("bad_path");
    const answer = await this.#ask({ op: "remove", path: at });
    return answer.ok ? ok(null) : refuse(answer.problem);
  }

  async archive(folder: string): Promise<FilesAnswer<ReadableStream<Uint8Array>>> {
    const listed = await this.list(folder, { recursive: true });
    if (!listed.ok) return listed;
    const base = boxPath(folder) ?? "";
    const files = this;
    const entries = async function* () {
      for (const { path, kind, modifiedAt } of listed.value) {
        const name = base === "" ? path : path.slice(base.length + 1);
        const lastModified = new Date(modifiedAt);
        if (kind === "folder") yield { name: `${name}/`, lastModified };
        if (kind !== "file") continue;
        const read = await files.read(path);
        if (read.ok) yield { name, lastModified, input: read.value };
      }
    };
    const { body } = downloadZip(entries());
    if (body === null) throw new Error("a zip has a body");
    return ok(body);
  }

  async #ask(request: BoxFileRequest): Promise<BoxFilesAnswer> {
    return answerOf(await this.#port.send("/files", { method: "POST", body: JSON.stringify(request) }));
  }
}

async function answerOf(response: Response): Promise<BoxFilesAnswer> {
  const answer = FilesAnswerLine.safeParse(await response.json().catch(() => null));
  if (!answer.success) throw new BoxUnavailable("The container said something else than it should.");
  return answer.data;
}

function one(answer: BoxFilesAnswer): FilesAnswer<FileEntry> {
  if (!answer.ok) return refuse(answer.problem);
  const [entry] = answer.entries;
  return entry === undefined ? refuse("not_found") : ok(entry);
}
