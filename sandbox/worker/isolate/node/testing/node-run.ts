import { EXEC_LIMITS } from "../../../../port.ts";
import { Tree } from "../../../files/tree.ts";
import { Turns } from "../../../turns.ts";
import type { NodeProgram, NodeResult, NodeRun } from "../contract.ts";
import { runNode } from "../run-node.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A workspace of these files, by paths below /workspace. */
export function workspaceOf(files: Readonly<Record<string, string>>): Tree {
  const tree = new Tree(EXEC_LIMITS);
  for (const [path, text] of Object.entries(files)) {
    const full = `/workspace/${path}`;
    tree.makeFolder(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    tree.write(full, encoder.encode(text));
  }
  return tree;
}

export interface Ran extends NodeResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Text of a file as it is afterwards; null when there is none. */
  readonly read: (path: string) => string | null;
}

/** Runs `node …argv`, or another program, over a workspace of these files. */
export async function nodeRun(
  program: readonly string[] | NodeProgram,
  files: Readonly<Record<string, string>> | Tree = {},
  options: Partial<Omit<NodeRun, "program" | "fs" | "stdin" | "turns">> & {
    stdin?: string;
    outputChars?: number;
    signal?: AbortSignal;
  } = {},
): Promise<Ran> {
  const fs = files instanceof Tree ? files : workspaceOf(files);
  const out = { stdout: "", stderr: "" };
  const { stdin = "", outputChars = 1_000_000, signal = new AbortController().signal, ...rest } = options;
  const result = await runNode({
    program: "kind" in program ? program : { kind: "script", argv: program },
    fs,
    cwd: "/workspace",
    env: { HOME: "/workspace", PATH: "/usr/bin" },
    stdin: encoder.encode(stdin),
    limits: { timeMs: 10_000, memoryBytes: 64 * 1024 * 1024 },
    turns: new Turns(signal),
    print: (stream, text) => {
      out[stream] += typeof text === "string" ? text : decoder.decode(text);
      return out.stdout.length + out.stderr.length <= outputChars;
    },
    ...rest,
  });
  const read = (path: string): string | null => {
    try {
      return decoder.decode(fs.read(path.startsWith("/") ? path : `/workspace/${path}`));
    } catch {
      return null;
    }
  };
  return { ...result, ...out, read };
}
