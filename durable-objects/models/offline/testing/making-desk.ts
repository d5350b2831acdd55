import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { EventBody } from "../../../../shared/workflow/events.ts";
import type { RunReport } from "../../../../shared/workflow/records.ts";
import type { ToolAnswer } from "../../../orchestrators/conformance/testing/simulation.ts";
import { runGuest } from "./host.ts";

export const LIVE = "http://abc.sites.localhost:8787/";
type Input = Readonly<Record<string, unknown>>;

/** The agents' tools over files in memory: programs run in real Node, in a folder of their own; pages go live in words. */
export class MakingDesk {
  readonly files: Map<string, string>;
  /** What becomes of a publishing. */
  publishing: "done" | "declined" | "rehearsed" = "done";
  /** Changes the page between the files and the visitor. */
  serve: (html: string) => string = (html) => html;

  constructor(files: ReadonlyMap<string, string> = new Map()) {
    this.files = new Map(files);
  }

  async run(name: string, input: Input, nodeId: string): Promise<ToolAnswer> {
    switch (name) {
      case "write_file":
        this.files.set(String(input.path), String(input.content));
        return { ok: true, output: "Saved.", files: [String(input.path)] };
      case "run_code": {
        try {
          const { output, written } = await runGuest(String(input.code), this.files);
          for (const [path, text] of written) this.files.set(path, text);
          return { ok: true, output, files: [...written.keys()] };
        } catch (error) {
          return { ok: false, output: `exception: ${String(error)}` };
        }
      }
      case "run_command":
        return this.#command(["/bin/sh", "-c", String(input.command)]);
      case "run_tests": {
        const paths = Array.isArray(input.paths) ? input.paths.map(String) : [];
        return this.#tests(paths);
      }
      case "publish_site":
        return this.#publish(nodeId);
      case "fetch_page":
        return this.#fetch(String(input.url));
      default:
        return { ok: true, output: "nothing found" };
    }
  }

  #command(command: readonly [string, ...string[]]): ToolAnswer {
    const folder = this.unpack();
    try {
      const path = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
      const [program, ...args] = command;
      // A Node under test takes the variables of its parent's own runner for orders to it.
      const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
      const ran = spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...env, PATH: path } });
      const changed: string[] = [];
      for (const [name, text] of filesIn(folder)) {
        if (this.files.get(name) === text) continue;
        this.files.set(name, text);
        changed.push(name);
      }
      return { ok: ran.status === 0, output: `${ran.stdout}${ran.stderr}`, files: changed };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  #tests(paths: readonly string[]): ToolAnswer {
    const ran = this.#command([process.execPath, "--test", "--test-reporter=tap", ...paths]);
    const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(ran.output)?.[1] ?? 0);
    const [passed, failed, skipped] = [count("pass"), count("fail"), count("skipped")];
    const ok = ran.ok && passed > 0 && failed === 0;
    const run: RunReport = {
      runtime: "isolate",
      reason: "default",
      outcome: "exited",
      exitCode: ok ? 0 : 1,
      tests: { passed, failed, skipped, tests: [] },
    };
    const head = ok ? "All tests passed" : "Tests failed";
    return { ok, output: `${head}: ${passed} passed, ${failed} failed, ${skipped} skipped.\n${ran.output}`, run };
  }

  #publish(nodeId: string): ToolAnswer {
    if (this.publishing === "declined") return { ok: false, output: "The person declined this. Nothing was sent." };
    const rehearsed = this.publishing === "rehearsed";
    const facts = (toolCallId: string): EventBody[] => [
      {
        name: "effect.intended",
        data: {
          effectId: `eff_${toolCallId}`,
          nodeId,
          toolCallId,
          tool: "publish_site",
          effectClass: "idempotent-write",
          key: "k",
          service: "sites",
          action: "PUBLISH",
          target: "site",
          summary: "A site",
          arguments: {},
          fingerprint: "f",
          reversible: true,
          approvalId: null,
          mode: rehearsed ? "rehearsal" : "live",
          undoOf: null,
        },
      },
      {
        name: "effect.settled",
        data: {
          effectId: `eff_${toolCallId}`,
          outcome: rehearsed
            ? { kind: "recorded" }
            : { kind: "done", receipt: { reference: "abc@1", link: LIVE, detail: "Version 1 is live.", undo: null } },
        },
      },
    ];
    if (rehearsed) return { ok: true, output: "This run is a rehearsal: nothing was sent.", facts };
    const receipt = `Done: Publish it.\n<receipt>\nreference: abc@1\nlink: ${LIVE}\nVersion 1 is live.\n</receipt>`;
    return { ok: true, output: receipt, facts };
  }

  /** As the host tells of a page: its own first line, then title, facts and what a visitor reads. */
  #fetch(url: string): ToolAnswer {
    const html = this.serve(this.files.get("site/index.html") ?? "");
    const head = JSON.stringify({ url, status: 200, sha256: "s", at: "2026-11-23T00:00:00.000Z" });
    const [, title = ""] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
    const text = textOf(html.slice(html.indexOf("<body")));
    return {
      ok: url === LIVE,
      output: `${head}\ntitle: ${textOf(title)}\nfacts:\n- own links and files: all 1 are there\ntext:\n${text}`,
    };
  }

  /** The files in a folder of the machine; the caller removes it. */
  unpack(): string {
    const folder = mkdtempSync(join(tmpdir(), "nexus-made-"));
    for (const [name, text] of this.files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return folder;
  }
}

function filesIn(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [relative(folder, path), readFileSync(path, "utf8")]);
}

/** What a visitor reads: no tags, references resolved, a line per block. */
export const textOf = (html: string): string =>
  html
    .replace(/<(?:svg|script)[\s\S]*?<\/(?:svg|script)>/g, "")
    .replace(/<\/?(?:p|div|section|h\d|li|tr|dt|dd|br|table|header|footer|nav)(?: [^>]*)?>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
