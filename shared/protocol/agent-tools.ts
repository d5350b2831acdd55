/**
 * The tools agents have, by name and input. `HOST_TOOLS` are carried out by the engine; `CONTROL_TOOLS` are
 * conclusions that the orchestrator reads out of an answer. Inputs are JSON Schema for the models.
 */
export const HOST_TOOLS = {
  list_files: {
    description: "List the files you can read: the project's files and what earlier steps made.",
    input: {},
  },
  read_file: {
    description: "Read a text file, at most 16,000 characters from `offset`.",
    input: { path: { type: "string" }, offset: { type: "integer", minimum: 0 } },
    required: ["path"],
  },
  write_file: {
    description:
      "Write a text file (markdown, text, CSV, JSON, HTML, code), whole. The path may have folders. It becomes a result the user can download.",
    input: { path: { type: "string" }, content: { type: "string" } },
    required: ["path", "content"],
  },
  patch_file: {
    description:
      "Change a part of a text file: `old` must stand in it exactly once, with its spaces and line breaks, and is replaced by `new`. For small changes; keeps the rest as it is.",
    input: { path: { type: "string" }, old: { type: "string" }, new: { type: "string" } },
    required: ["path", "old", "new"],
  },
  search_files: {
    description:
      "Find text in the files, ignoring case. Gives matching lines with file and line number. `path`: only this file or folder, or a pattern such as *.js.",
    input: { query: { type: "string" }, path: { type: "string" } },
    required: ["query"],
  },
  run_code: {
    description:
      "Run a piece of code in a sandbox without network, over the files (the folder it runs in holds them). Files it writes become results. JavaScript unless `language` says otherwise.",
    input: {
      code: { type: "string" },
      language: { type: "string", enum: ["javascript", "typescript", "python"] },
      purpose: { type: "string" },
    },
    required: ["code"],
  },
  run_command: {
    description:
      "Run a shell command in the folder of the files: the usual text tools, and `node file.js` for programs you wrote. Gives output and exit code. Files it writes become results, except hidden ones and those in /tmp. For tables of more than some megabytes use run_code or `node`: awk, sed and sort are slow here.",
    input: { command: { type: "string" }, purpose: { type: "string" } },
    required: ["command"],
  },
  run_tests: {
    description:
      "Run test files (*.test.js, *.test.ts and the like) as `node --test` would, all of them or those in `paths`. Says which tests passed and why others failed.",
    input: { paths: { type: "array", items: { type: "string" } } },
  },
  fetch_page: {
    description:
      "Fetch a live page of a site this work has published, as a visitor gets it: status, title, text and links.",
    input: { url: { type: "string" } },
    required: ["url"],
  },
} as const;
export type HostTool = keyof typeof HOST_TOOLS;

export const CONTROL_TOOLS = ["propose_plan", "ask_user", "finish", "verdict"] as const;
export type ControlTool = (typeof CONTROL_TOOLS)[number];

/** What guest code can call; part of the description of `run_code` that models read. */
export const GUEST_API = `Globals inside run_code (ES2023; no import, no fetch, no timers):
- files.list(): string[]
- files.readText(path): string
- files.readTable(path): { columns: string[], rows: string[][] }   // CSV; every value is text as written
- files.write(path, text): void
- nexus.number(text, { decimal: "." | "," }?): Big | null   // understands ٠١٢ digits, grouping, currency signs, (negative)
- nexus.date(text, { order: "ymd" | "dmy" | "mdy" }?): "YYYY-MM-DD" | null   // also month names in English and Arabic
- nexus.csv(columns, rows): string   // RFC 4180
- Big: big.js, exact decimals. Never add money as floating point numbers.
- console.log(...)`;
