const DATE = /(?<![\w.-])(\d{4}-\d{2}(?:-\d{2})?)(?![\w-]|\.\w)/;

export interface Part {
  readonly text: string;
  readonly date: boolean;
}

/** A text cut at its ISO dates and months (2026-11-23, 2026-11); parts joined give the text again. */
export const splitDates = (text: string): readonly Part[] =>
  text
    .split(DATE)
    .map((part, index) => ({ text: part, date: index % 2 === 1 }))
    .filter((part) => part.text !== "");
