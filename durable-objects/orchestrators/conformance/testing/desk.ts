import type { FileProfile } from "../../../../shared/api/files.ts";
import type { SandboxRpc } from "../../../../shared/protocol/sandbox-rpc.ts";
import type { ToolAnswer } from "./simulation.ts";

const LIMITS = { timeMs: 10_000, memoryBytes: 64 * 1024 * 1024, outputChars: 16_000, filesBytes: 16 * 1024 * 1024 };

/** Host tools over files in memory, with the real sandbox for parsing and code. */
export class Desk {
  readonly files = new Map<string, Uint8Array>();
  readonly profiles: FileProfile[] = [];
  readonly #sandbox: SandboxRpc;

  constructor(sandbox: SandboxRpc) {
    this.#sandbox = sandbox;
  }

  async upload(name: string, text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    const parsed = await this.#sandbox.parseFile({ fileId: `fil_${this.profiles.length}`, name, bytes });
    if (!parsed.ok) throw new Error(parsed.error.detail);
    this.profiles.push(parsed.value.profile);
    for (const file of parsed.value.derived) this.files.set(file.path, file.bytes);
  }

  text(path: string): string {
    const bytes = this.files.get(path);
    if (!bytes) throw new Error(`no file ${path}`);
    return new TextDecoder().decode(bytes);
  }

  async run(name: string, input: Readonly<Record<string, unknown>>): Promise<ToolAnswer> {
    const path = String(input.path ?? "");
    switch (name) {
      case "list_files":
        return { ok: true, output: JSON.stringify([...this.files.keys()].map((one) => ({ path: one }))) };
      case "read_file":
        return this.files.has(path)
          ? { ok: true, output: this.text(path) }
          : { ok: false, output: `no file "${path}"` };
      case "write_file":
        this.files.set(path, new TextEncoder().encode(String(input.content)));
        return { ok: true, output: `Saved ${path}.`, files: [path] };
      case "run_code":
        return this.#code(String(input.code));
      default:
        return { ok: true, output: "nothing found" };
    }
  }

  async #code(code: string): Promise<ToolAnswer> {
    const files = [...this.files].map(([path, bytes]) => ({ path, bytes }));
    const ran = await this.#sandbox.runCode({ code, files, limits: LIMITS });
    if (!ran.ok) return { ok: false, output: `${ran.failure?.kind}: ${ran.failure?.message}\n${ran.output}` };
    for (const file of ran.written) this.files.set(file.path, file.bytes);
    return { ok: true, output: ran.output, files: ran.written.map((file) => file.path) };
  }
}
