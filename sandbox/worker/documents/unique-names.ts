/** Column names: trimmed, on one line, empty ones numbered, repeated ones numbered from the second on. */
export function uniqueNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((text, index) => {
    const bare = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
    const base = bare === "" ? `Column ${index + 1}` : bare;
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base} (${count})`;
    taken.add(name);
    return name;
  });
}
