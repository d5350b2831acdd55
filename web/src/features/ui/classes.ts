/** Joins class names; what is falsy is left out. */
export const cx = (...names: readonly unknown[]): string =>
  names.filter((name) => typeof name === "string" && name).join(" ");
