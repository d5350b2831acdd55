import { type Zippable, zipSync } from "fflate";
import { type CustomCommand, defineCommand } from "just-bash/browser";
import { FileProblem } from "../../documents/problems.ts";
import { ZipArchive } from "../../documents/zip.ts";
import { bytesOut, type CommandContext, type CommandResult, failed } from "../bytes.ts";
import { Refusal } from "./gzip.ts";
import { type CommandHost, readFile } from "./host.ts";
import { MAX_ENTRIES, placeOf, writeBelow } from "./unpack.ts";

/** zip [-r] [-q] archive.zip names… */
export const zipCommand = (host: CommandHost): CustomCommand =>
  defineCommand("zip", async (args, context) =>
    guarded(host, "zip", async () => {
      const [archive, ...names] = args.filter((arg) => !arg.startsWith("-"));
      if (archive === undefined || names.length === 0) throw new Refusal("say the archive and what goes into it");
      const files: Zippable = Object.create(null);
      let bytes = 0;
      const add = async (path: string, name: string): Promise<void> => {
        await host.pulse();
        const { kind } = host.tree.stat(path);
        if (kind === "file") {
          const content = await readFile(host, path);
          bytes += content.length;
          if (bytes > host.tree.limits.workspaceBytes) throw new Refusal("that is more than a workspace may hold");
          files[name] = content;
        } else if (args.some((arg) => /^-\w*r/.test(arg))) {
          for (const child of host.tree.list(path))
            await add(`${path}/${child}`, name === "." ? child : `${name}/${child}`);
        }
      };
      for (const name of names) {
        await add(context.fs.resolvePath(context.cwd, name), name.replace(/^\.?\/+/, "").replace(/\/+$/, "") || ".");
      }
      const target = context.fs.resolvePath(context.cwd, archive.endsWith(".zip") ? archive : `${archive}.zip`);
      host.tree.write(target, zipSync(files));
      const quiet = args.some((arg) => /^-\w*q/.test(arg));
      const lines = Object.keys(files).map((name) => `  adding: ${name}\n`);
      return { stdout: quiet ? "" : lines.join(""), stderr: "", exitCode: 0 };
    }),
  );

/** unzip [-l] [-p] [-o] [-q] [-d folder] archive.zip [names…] */
export const unzipCommand = (host: CommandHost): CustomCommand =>
  defineCommand("unzip", async (args, context) => guarded(host, "unzip", () => unzip(host, context, args)));

async function unzip(host: CommandHost, context: CommandContext, args: readonly string[]): Promise<CommandResult> {
  const at = args.indexOf("-d");
  const folder = context.fs.resolvePath(context.cwd, at < 0 ? "." : (args[at + 1] ?? "."));
  const [archive, ...wanted] = args.filter((arg, index) => !arg.startsWith("-") && (at < 0 || index !== at + 1));
  if (archive === undefined) throw new Refusal("say which archive");
  const { fileBytes, workspaceBytes } = host.tree.limits;
  const zip = new ZipArchive(await readFile(host, context.fs.resolvePath(context.cwd, archive)), {
    entries: MAX_ENTRIES,
    totalBytes: workspaceBytes,
    ratio: 400,
    ratioFreeBytes: Math.min(fileBytes, 4 * 1024 * 1024),
  });
  const names = zip.names().filter((name) => wanted.length === 0 || wanted.includes(name));
  if (args.includes("-l")) return { stdout: names.map((name) => `${name}\n`).join(""), stderr: "", exitCode: 0 };
  // Refused before anything is written, so that a hostile name leaves nothing behind.
  const places = names.map((name) => [name, placeOf(host, folder, name)] as const);
  if (args.includes("-p")) {
    const [name] = names;
    return { ...bytesOut(name === undefined ? new Uint8Array() : zip.readBytes(name)), stderr: "", exitCode: 0 };
  }
  for (const [name, path] of places) {
    await host.pulse();
    if (!args.includes("-o") && host.tree.contentAt(path) !== null) {
      throw new Refusal(`${name} is there already: say -o to overwrite`);
    }
    writeBelow(host, path, zip.readBytes(name));
  }
  const quiet = args.some((arg) => /^-\w*q/.test(arg));
  return { stdout: quiet ? "" : names.map((name) => `  inflating: ${name}\n`).join(""), stderr: "", exitCode: 0 };
}

async function guarded(host: CommandHost, name: string, work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    if (host.signal.aborted) throw error;
    if (error instanceof FileProblem) return failed(name, WORDS[error.problem] ?? "the archive is damaged", 3);
    return failed(name, error instanceof Error ? error.message : "it did not work", 9);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  file_zip_bomb: "the archive is a bomb: it unpacks to far more than it holds. Refused",
  file_too_large: "it unpacks to more than a workspace may hold. Refused",
  file_encrypted: "the archive is encrypted",
};
