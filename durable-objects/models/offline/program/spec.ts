/** A value with the format its column was found to have; null where that is open. */
export type Sample = readonly [text: string, format: string | null];

/** What reading one of the files found about the columns that are compared. */
export interface Side {
  readonly decimal: string | null;
  readonly dateOrder: string | null;
  readonly amountSamples: readonly Sample[];
  readonly dateSamples: readonly Sample[];
}

export interface SourceFile {
  /** As the person knows it. */
  readonly name: string;
  /** Under which steps read it. */
  readonly path: string;
  readonly rows: number;
}

type Pair = readonly [left: string, right: string];

/** What the program compares. Without files: the samples that come with it. */
export interface ReconcileSpec {
  readonly files: readonly [SourceFile, SourceFile] | null;
  readonly keys: readonly Pair[];
  readonly amounts: readonly Pair[];
  readonly dates: readonly Pair[];
  /** Plain decimal text. */
  readonly tolerance: string;
  readonly days: number;
  readonly left: Side;
  readonly right: Side;
  /** What was taken for granted, and what could not be found, in the person's language. */
  readonly assumptions: readonly string[];
}
