/** See en.ts. */
export const enMade = {} as const;
