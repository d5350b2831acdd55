/** An error that guest code gets from the host: name, message and code as Node gives them. Never a detail of the host. */
export class GuestProblem extends Error {
  readonly code: string | undefined;
  /** Further properties of the guest's error. */
  readonly extra: Readonly<Record<string, string | number>>;

  constructor(name: string, message: string, code?: string, extra: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.name = name;
    this.code = code;
    this.extra = extra;
  }

  /** What the guest makes its error from. */
  toRecord(): Record<string, string | number> {
    return {
      ...this.extra,
      name: this.name,
      message: this.message,
      ...(this.code === undefined ? {} : { code: this.code }),
    };
  }
}
