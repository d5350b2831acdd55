import { type CustomCommand, defineCommand } from "just-bash/browser";
import { bytesOut, type CommandContext, type CommandResult, failed, joined, stdinOf } from "../bytes.ts";
import { type CommandHost, readFile } from "./host.ts";

/** Packing a thousandfold is what bombs do; a small file may all the same be that even. */
const MAX_RATIO = 400;
const RATIO_FREE_BYTES = 4 * 1024 * 1024;

/** Unpacks gzip. Throws a plain sentence where it is damaged, larger than a file may be, or a bomb. */
export async function gunzip(host: CommandHost, packed: Uint8Array): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > host.tree.limits.fileBytes) throw new Refusal("unpacks to more than a file may hold");
      if (size > RATIO_FREE_BYTES && size > packed.length * MAX_RATIO) throw new Refusal("is an archive bomb");
      chunks.push(chunk);
      await host.pulse();
    }
  } catch (error) {
    if (error instanceof Refusal || host.signal.aborted) throw error;
    throw new Refusal("not in gzip format, or damaged");
  }
  return joined(chunks);
}

export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Words for the guest. */
export class Refusal extends Error {}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** gzip, gunzip, zcat: -c (to stdout), -k (keep), -d, -f, and levels, which are all the same here. */
export function gzipCommands(host: CommandHost): CustomCommand[] {
  const command = (name: string, unpacks: boolean, toStdout: boolean): CustomCommand =>
    defineCommand(name, async (args, context) => {
      const flags = args.filter((arg) => /^-\w+$/.test(arg)).join("");
      const words = args.filter((arg) => arg.startsWith("--"));
      const files = args.filter((arg) => !arg.startsWith("-"));
      const unpack = unpacks || flags.includes("d") || words.includes("--decompress");
      const out = toStdout || flags.includes("c") || words.includes("--stdout") || files.length === 0;
      const keep = out || flags.includes("k") || words.includes("--keep");
      return convert({ host, context, name, files, unpack, out, keep, force: flags.includes("f") });
    });
  return [command("gzip", false, false), command("gunzip", true, false), command("zcat", true, true)];
}

interface Conversion {
  readonly host: CommandHost;
  readonly context: CommandContext;
  readonly name: string;
  readonly files: readonly string[];
  readonly unpack: boolean;
  readonly out: boolean;
  readonly keep: boolean;
  readonly force: boolean;
}

async function convert(job: Conversion): Promise<CommandResult> {
  const { host, context, name, unpack } = job;
  const work = (bytes: Uint8Array) => (unpack ? gunzip(host, bytes) : gzip(bytes));
  try {
    if (job.files.length === 0) return { ...bytesOut(await work(stdinOf(context))), stderr: "", exitCode: 0 };
    const shown: Uint8Array[] = [];
    for (const file of job.files) {
      const path = context.fs.resolvePath(context.cwd, file);
      if (!job.out && unpack && !/\.t?gz$/.test(path)) throw new Refusal(`${file}: unknown suffix`);
      const target = unpack ? path.replace(/\.tgz$/, ".tar").replace(/\.gz$/, "") : `${path}.gz`;
      if (!job.out && !job.force && (await context.fs.exists(target))) throw new Refusal(`${file}: its target exists`);
      const bytes = await work(await readFile(host, path)).catch((error: unknown) => {
        throw error instanceof Refusal ? new Refusal(`${file}: ${error.message}`) : error;
      });
      if (job.out) shown.push(bytes);
      else host.tree.write(target, bytes);
      if (!job.keep) host.tree.remove(path);
    }
    return { ...bytesOut(joined(shown)), stderr: "", exitCode: 0 };
  } catch (error) {
    if (host.signal.aborted) throw error;
    return failed(name, error instanceof Error ? error.message : "it did not work");
  }
}
