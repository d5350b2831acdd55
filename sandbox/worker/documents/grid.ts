import { FileProblem } from "./problems.ts";

/** As many as a spreadsheet can have. */
export const MAX_COLUMNS = 16_384;
/** Cells once every row is as wide as the widest. A few bytes of ragged rows could otherwise ask for billions. */
const MAX_CELLS = 5_000_000;

/** @throws FileProblem for a table too large to be laid out */
export function checkGrid(columns: number, rows: number): void {
  if (columns > MAX_COLUMNS) throw new FileProblem("file_too_large", `more than ${MAX_COLUMNS} columns`);
  if (columns * rows > MAX_CELLS) throw new FileProblem("file_too_large", `more than ${MAX_CELLS} cells`);
}
