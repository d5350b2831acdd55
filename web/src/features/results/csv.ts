/** Reads RFC 4180 text: quoted fields, doubled quotes, line breaks inside quotes, CRLF or LF, a byte order mark. */
export function parseCsv(text: string, limit = Number.POSITIVE_INFINITY): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const endRow = () => {
    row.push(field);
    // A line break at the very end begins no row.
    rows.push(row);
    row = [];
    field = "";
  };
  for (let at = start; at < text.length && rows.length < limit; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else quoted = false;
    } else if (char === '"' && field === "") quoted = true;
    else if (char === ",") {
      row.push(field);
      field = "";
    } else if (char === "\n") endRow();
    else if (char === "\r") {
      if (text[at + 1] === "\n") at++;
      endRow();
    } else field += char;
  }
  if ((field !== "" || row.length > 0) && rows.length < limit) endRow();
  return rows;
}

const quote = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export const toCsv = (rows: readonly (readonly string[])[]): string =>
  `${rows.map((row) => row.map(quote).join(",")).join("\r\n")}\r\n`;

/** True when most of a column reads as numbers: it is aligned at its end. */
export function isNumeric(values: readonly string[]): boolean {
  const filled = values.filter((value) => value.trim() !== "");
  if (filled.length === 0) return false;
  const numbers = filled.filter((value) =>
    /^[\s$€£()+\-−]*[A-Z]{0,3}\s*[\d٠-٩۰-۹][\d٠-٩۰-۹.,٫٬\s]*[)%]?\s*[A-Z]{0,3}$/u.test(value),
  );
  return numbers.length / filled.length > 0.8;
}
