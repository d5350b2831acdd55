/** Path from the repository's root → content of every file compiled from bmad-method. */
export function compile(): Record<string, string>;
