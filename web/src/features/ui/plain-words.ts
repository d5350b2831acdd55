/** Words of a markdown text for one line of a list: its marks are left out. */
export const plainWords = (text: string): string =>
  text
    .replaceAll(/[*_`#>|]+/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
