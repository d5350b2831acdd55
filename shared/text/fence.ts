/**
 * Text from outside inside a prompt: marked with a tag it cannot close, so that it stays data. Every prompt
 * built by Nexus uses these two; the offline model reads them back with {@link unfence}.
 */
export function fence(tag: string, text: string): string {
  return `<${tag}>\n${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}\n</${tag}>`;
}

/** JSON in a fence; `<` becomes an escape that JSON.parse undoes. */
export function fenceJson(tag: string, value: unknown): string {
  return `<${tag}>\n${JSON.stringify(value).replaceAll("<", "\\u003c")}\n</${tag}>`;
}

/** Content of the last fence with this tag, as it went in; null when there is none. */
export function unfence(tag: string, prompt: string): string | null {
  const open = prompt.lastIndexOf(`<${tag}>\n`);
  if (open < 0) return null;
  const start = open + tag.length + 3;
  const end = prompt.indexOf(`\n</${tag}>`, start);
  if (end < 0) return null;
  return prompt.slice(start, end).replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

/** Content of the last JSON fence with this tag; undefined when absent or unreadable. */
export function unfenceJson(tag: string, prompt: string): unknown {
  const open = prompt.lastIndexOf(`<${tag}>\n`);
  const start = open + tag.length + 3;
  const end = open < 0 ? -1 : prompt.indexOf(`\n</${tag}>`, start);
  if (end < 0) return undefined;
  try {
    return JSON.parse(prompt.slice(start, end));
  } catch {
    return undefined;
  }
}
