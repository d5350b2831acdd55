import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const NODE = join(import.meta.dirname, "../../../../../node_modules/node/bin/node");

export interface RealRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the pinned Node over these files in a folder of its own; that folder is written as /workspace in the output. */
export async function realNode(
  argv: readonly string[],
  files: Readonly<Record<string, string>>,
  stdin = "",
): Promise<RealRun> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "node-parity-")));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const child = spawn(NODE, argv, {
      cwd: folder,
      env: { HOME: folder, PATH: "/usr/bin", TZ: "UTC", LANG: "en_US.UTF-8" },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin.end(stdin);
    const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
    const plain = (text: string): string => text.replaceAll(folder, "/workspace");
    return { exitCode, stdout: plain(stdout), stderr: plain(stderr) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
