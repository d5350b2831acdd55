/** Column names: trimmed, on one line, empty ones numbered, repeated ones numbered from the second on. */
export function uniqueNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  // Where the count of each repeated name stands: thousands of columns may share one.
  const counts = new Map<string, number>();
  return header.map((text, index) => {
    const bare = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
    const base = bare === "" ? `Column ${index + 1}` : bare;
    let name = base;
    for (let count = counts.get(base) ?? 2; taken.has(name); count++) {
      name = `${base} (${count})`;
      counts.set(base, count + 1);
    }
    taken.add(name);
    return name;
  });
}
