const MARKS = { en: "Change", ar: "تغيير" } as const;

/** The line that begins a change stands after an empty one; what follows it is the change, over as many lines as it has. */
const MARK = new RegExp(`\\n\\n(?:${Object.values(MARKS).join("|")}): `, "u");

/** A request with what is to be different about its result; once more for a change of the changed one. */
export const withChange = (request: string, change: string, locale: keyof typeof MARKS): string =>
  `${request}\n\n${MARKS[locale]}: ${change}`;

/** The request as it was first, and what was to be different later, oldest first. */
export function changesOf(request: string): { readonly first: string; readonly changes: readonly string[] } {
  const [first = "", ...changes] = request.split(MARK);
  return { first, changes };
}
