/** Whether a body is Unicode: providers refuse JSON with half of a surrogate pair in it. */
export function isSendable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, one]) => name.isWellFormed() && isSendable(one));
}
