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
    description: "Write a text file (markdown, text, CSV, JSON). It becomes a result the user can download.",
    input: { path: { type: "string" }, content: { type: "string" } },
    required: ["path", "content"],
  },
  search_files: {
    description: "Find text in the files, ignoring case. Gives matching lines with file and line number.",
    input: { query: { type: "string" } },
    required: ["query"],
  },
  run_code: {
    description: "Run JavaScript in a sandbox without network. Files you write become results.",
    input: { code: { type: "string" }, purpose: { type: "string" } },
    required: ["code"],
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
