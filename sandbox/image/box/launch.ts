import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { walk } from "./tree.ts";
import type { BoxExec, BoxLimits } from "./wire.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const NODE_TEST = /(?:^|\/)(?:test\/.+|test|test-[^/]+|[^/]+[.\-_]test)\.(?:[cm]?js|[cm]?ts)$/;
const PYTHON_TEST = /(?:^|\/)(?:test_[^/]+|[^/]+_test)\.py$/;
const NOT_OURS = /(?:^|\/)(?:node_modules|__pycache__|\.[^/]+)\//;

/** Where things are; the image's are /workspace, /tmp and a folder of the box's own. */
export interface Places {
  readonly workspace: string;
  readonly scratch: string;
  readonly own: string;
}

export interface Launch {
  /** Run by bash. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly testsFile: string;
  /** To be removed when it ended, before anybody looks at the files. */
  readonly cleanUp: () => void;
}

/** Certificates of the way out, which the container's server learns when it starts; nothing else of ours is passed on. */
const PASSED_ON = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO"];

/** What bash is to run for a command, and with which environment. @returns a sentence when there is nothing to run */
export function launch(exec: BoxExec, places: Places): Launch | string {
  const job = join(places.own, "job");
  rmSync(job, { recursive: true, force: true });
  mkdirSync(job, { recursive: true, mode: 0o700 });
  const testsFile = join(job, "tests.jsonl");
  const written: string[] = [job];
  const line = commandLine(exec, places, job, written);
  if (line === null) return "There are no test files: name them like total.test.js or test_total.py.";
  return {
    script: `${limits(exec.limits)}\nexec 2>&1\n${line}`,
    env: environment(places, testsFile),
    testsFile,
    cleanUp: () => {
      for (const path of written) rmSync(path, { recursive: true, force: true });
    },
  };
}

function commandLine({ command }: BoxExec, places: Places, job: string, written: string[]): string | null {
  if (command.kind === "shell") {
    const file = join(job, "script.sh");
    writeFileSync(file, command.script);
    return `exec bash ${quote(file)}`;
  }
  if (command.kind === "code") {
    const args = command.args.map(quote).join(" ");
    if (command.language === "python") {
      const file = join(job, "main.py");
      writeFileSync(file, command.code);
      return `exec python3 ${quote(file)} ${args}`;
    }
    // In the workspace, so that its imports find the files beside it; hidden, so that it is no result.
    const file = join(places.workspace, `.nexus-run.${command.language === "typescript" ? "ts" : "js"}`);
    written.push(file);
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, command.code);
    return `exec node --import ${quote(join(HERE, "globals.mjs"))} --disable-warning=ExperimentalWarning --disable-warning=MODULE_TYPELESS_PACKAGE_JSON ${quote(file)} ${args}`;
  }
  return testLine(command.paths, places);
}

function testLine(asked: readonly string[], places: Places): string | null {
  const files = walk(places.workspace).flatMap(({ path, kind }) =>
    kind === "file" && !NOT_OURS.test(path) ? [path] : [],
  );
  const chosen =
    asked.length > 0
      ? asked.flatMap((path) => {
          const below = files.filter((file) => isTest(file) && (path === "" || file.startsWith(`${path}/`)));
          return below.length > 0 ? below : [path];
        })
      : files.filter(isTest);
  const python = chosen.filter((path) => path.endsWith(".py"));
  const node = chosen.filter((path) => /\.[cm]?[jt]s$/.test(path));
  const runs: string[] = [];
  if (node.length > 0) runs.push(`node --test ${node.map((path) => quote(`./${path}`)).join(" ")} || failed=1`);
  if (python.length > 0) {
    runs.push(`python3 ${quote(join(HERE, "run_tests.py"))} ${python.map(quote).join(" ")} || failed=1`);
  }
  if (runs.length === 0) return null;
  return `cd ${quote(places.workspace)}\nfailed=0\n${runs.join("\n")}\nexit $failed`;
}

const isTest = (path: string): boolean => NODE_TEST.test(path) || PYTHON_TEST.test(path);

function environment(places: Places, testsFile: string): Record<string, string> {
  const reporter = join(HERE, "reporter.mjs");
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: places.workspace,
    TMPDIR: places.scratch,
    LANG: "C.UTF-8",
    USER: "nexus",
    SHELL: "/bin/bash",
    TERM: "dumb",
    PYTHONPATH: places.workspace,
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    // Installed packages are for this container's life: they are no files of the workspace.
    PYTHONUSERBASE: join(places.scratch, ".python"),
    PIP_USER: "1",
    PIP_BREAK_SYSTEM_PACKAGES: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_CACHE_DIR: join(places.scratch, ".pip"),
    npm_config_cache: join(places.scratch, ".npm"),
    npm_config_update_notifier: "false",
    GIT_TERMINAL_PROMPT: "0",
    NEXUS_TESTS: testsFile,
    NEXUS_ROOT: places.workspace,
    NODE_OPTIONS: [
      "--test-reporter=spec --test-reporter-destination=stdout",
      `--test-reporter=${reporter} --test-reporter-destination=stdout`,
    ].join(" "),
  };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Hard limits of every process; memory of all together is watched (run.ts), as Node reserves far more than it uses. */
function limits({ fileBytes, memoryBytes, processes }: BoxLimits): string {
  const kib = (bytes: number): number => Math.ceil(bytes / 1024);
  return [
    "ulimit -c 0",
    `ulimit -f ${kib(fileBytes)}`,
    `ulimit -d ${kib(memoryBytes * 2 + 1024 * 1024 * 1024)}`,
    "ulimit -n 1024",
    `ulimit -u ${processes}`,
  ].join("; ");
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
