import type { ParseProblem } from "../../../shared/protocol/sandbox-rpc.ts";

/** Why a file cannot be read. Thrown inside the parsers only; parseFile turns it into a Result. */
export class FileProblem extends Error {
  readonly problem: ParseProblem;

  /** @param detail for logs and tests, English, without content of the file */
  constructor(problem: ParseProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}
