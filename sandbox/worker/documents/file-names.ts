const MAX_NAME_CHARS = 120;

/** A file's name without folders and extension, safe to be a name of guest files; Arabic stays. Never empty. */
export function baseName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  const bare = clean(last.replace(/\.[^.\s]{1,5}$/u, ""));
  return bare === "" ? "file" : bare;
}

/** Lower-case extension with its dot, or "". */
export function extensionOf(name: string): string {
  return /\.[^./\\\s]{1,10}$/u.exec(name.trim())?.[0].toLowerCase() ?? "";
}

/** `<base><suffix>`, the base cut so that the whole has at most 120 characters. */
export function derivedName(base: string, suffix: string): string {
  let cut = "";
  for (const letter of base) {
    if (cut.length + letter.length + suffix.length > MAX_NAME_CHARS) break;
    cut += letter;
  }
  return `${cut.trim()}${suffix}`;
}

/** Names of one CSV per table: `<base>.csv`, or `<base> - <sheet>.csv` when there are several. */
export function tableNames(base: string, sheets: readonly string[]): string[] {
  if (sheets.length === 1) return [derivedName(base, ".csv")];
  const taken = new Set<string>();
  return sheets.map((sheet, index) => {
    const label = [...(clean(sheet) || `${index + 1}`)].slice(0, 40).join("");
    let name = derivedName(base, ` - ${label}.csv`);
    for (let count = 2; taken.has(name); count++) name = derivedName(base, ` - ${label} (${count}).csv`);
    taken.add(name);
    return name;
  });
}

function clean(text: string): string {
  return text
    .normalize("NFC")
    .toWellFormed()
    .replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, "")
    .replace(/[/\\:*?"<>|]/g, "-")
    .replace(/\s+/g, " ")
    .replace(/^[\s.]+|[\s.]+$/g, "");
}
