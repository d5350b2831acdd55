/**
 * Reads the `data:` payloads out of a `text/event-stream` as they arrive. Handles records cut anywhere between
 * chunks (also inside a character), CRLF, comments and several `data:` lines in one record.
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A lone CR at the very end may be half of a CRLF.
      const held = !done && rest.endsWith("\r") ? "\r" : "";
      const text = (held ? rest.slice(0, -1) : rest).replaceAll("\r\n", "\n").replaceAll("\r", "\n");
      const records = text.split("\n\n");
      rest = (records.pop() ?? "") + held;
      for (const record of records) {
        const data = dataOf(record);
        if (data !== null) yield data;
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function dataOf(record: string): string | null {
  const lines = record.split("\n").filter((line) => line.startsWith("data:"));
  if (lines.length === 0) return null;
  return lines.map((line) => line.slice(line.startsWith("data: ") ? 6 : 5)).join("\n");
}
