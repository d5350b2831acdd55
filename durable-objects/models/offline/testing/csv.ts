import Papa from "papaparse";

export const rowsOf = (csv: string): string[][] => Papa.parse<string[]>(csv.replace(/\r?\n$/, "")).data.slice(1);
export const headerOf = (csv: string): string[] => Papa.parse<string[]>(csv).data[0] ?? [];
