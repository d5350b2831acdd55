import { parseXml, type XmlHandlers } from "./xml.ts";

/**
 * Markdown of the plain, well-formed HTML that mammoth writes (it never passes through what a document contains as
 * HTML): headings, paragraphs, nested lists, tables. Inside table cells everything becomes one line.
 */
export function htmlToMarkdown(html: string): string {
  const writer = newWriter();
  parseXml(`<div>${html}</div>`, writer.handlers);
  return writer.text();
}

interface List {
  readonly ordered: boolean;
  count: number;
}

function newWriter(): { readonly handlers: XmlHandlers; text(): string } {
  const blocks: string[] = [];
  const lists: List[] = [];
  let line = "";
  let prefix = "";
  let table: string[][] | null = null;
  /** Tables inside a table's cell are flattened into it. */
  let depth = 0;

  const end = (): void => {
    const text = line.trim();
    line = "";
    if (text !== "") blocks.push(`${lists.length > 0 ? "" : "\n"}${prefix}${text}\n`);
    prefix = lists.length > 0 ? "  ".repeat(lists.length) : "";
  };

  const startItem = (): void => {
    const list = lists.at(-1);
    if (list === undefined) return;
    list.count += 1;
    prefix = `${"  ".repeat(lists.length - 1)}${list.ordered ? `${list.count}.` : "-"} `;
  };

  const endTable = (): void => {
    const rows = table ?? [];
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    const lines = rows.map((row) => `| ${Array.from({ length: width }, (_, index) => row[index] ?? "").join(" | ")} |`);
    if (lines.length > 0)
      blocks.push("\n", `${lines[0]}\n`, `|${" --- |".repeat(width)}\n`, ...lines.slice(1).map((text) => `${text}\n`));
    table = null;
    line = "";
  };

  const open = (name: string): void => {
    if (name === "table") {
      depth += 1;
      if (depth > 1) return;
      end();
      table = [];
    } else if (name === "strong") line += "**";
    else if (name === "br") line += table === null ? "\n" : " ";
    else if (table !== null) {
      if (name === "tr" && depth === 1) table.push([]);
      else if ((name === "td" || name === "th") && depth === 1) line = "";
      else line += " ";
    } else if (name === "ul" || name === "ol") {
      end();
      lists.push({ ordered: name === "ol", count: 0 });
    } else if (name === "li") {
      end();
      startItem();
    } else if (/^h[1-6]$/.test(name)) {
      end();
      prefix = `${"#".repeat(Number(name.slice(1)))} `;
    } else if (name === "p" && lists.length === 0) end();
  };

  const close = (name: string): void => {
    if (name === "table") {
      depth -= 1;
      if (depth === 0) endTable();
    } else if (name === "strong") line += "**";
    else if (table !== null) {
      if ((name !== "td" && name !== "th") || depth > 1) return;
      table.at(-1)?.push(line.replace(/\s+/g, " ").trim().replaceAll("|", "\\|"));
      line = "";
    } else if (name === "ul" || name === "ol") {
      end();
      lists.pop();
      if (lists.length === 0) prefix = "";
    } else if (/^(p|li|h[1-6])$/.test(name)) end();
  };

  return {
    handlers: {
      open,
      close,
      text: (text) => {
        line += text;
      },
    },
    text: () => {
      end();
      return `${blocks.join("").replaceAll("****", "").trim()}\n`;
    },
  };
}
