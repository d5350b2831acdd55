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

const MAX_NAME = 80;

/** What a run that makes a change is called: the beginning of the change. */
export const nameOfChange = (change: string): string => [...change.replace(/\s+/g, " ")].slice(0, MAX_NAME).join("");

/** The name of a result for those who are shown it: what was to be different about it is between the members. */
export function nameForOthers(run: {
  readonly name: string;
  readonly userInput: string;
  readonly plan: { readonly title: string } | null;
}): string {
  const isAChange = changesOf(run.userInput).changes.some((one) => nameOfChange(one) === run.name);
  return (isAChange ? "" : run.name) || (run.plan?.title ?? "");
}
