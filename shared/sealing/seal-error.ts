/** Sealed bytes, header or wrapped key that do not open: altered, cut, swapped, or meant for something else. */
export class SealError extends Error {
  override readonly name = "SealError";
}
