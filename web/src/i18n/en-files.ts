/** See en.ts. */
export const enFiles = {} as const;
