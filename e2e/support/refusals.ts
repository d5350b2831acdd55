import { expect } from "vitest";
import { CODES, type ProblemCode } from "../../shared/errors/codes.ts";
import { ProblemBody } from "../../shared/errors/problem-body.ts";
import type { Client } from "../harness/client.ts";

export interface Refused {
  readonly code: ProblemCode;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The same request in English and in Arabic (or those named): each is refused with the code and the status of the catalogue, as
 * problem+json, in plain words of the language asked for.
 */
export async function expectRefused(
  client: Client,
  { code, method, path, body, headers }: Refused,
  languages: readonly ("en" | "ar")[] = ["en", "ar"],
): Promise<void> {
  const texts: string[] = [];
  for (const language of languages) {
    const answer = await client.send(method, path, body, { ...headers, "accept-language": language });
    const text = await answer.text();
    const where = `${method} ${path} (${language}): ${answer.status} ${text.slice(0, 300)}`;
    expect(answer.headers.get("content-type"), where).toMatch(/^application\/problem\+json/);
    const problem = ProblemBody.parse(JSON.parse(text));
    expect({ status: answer.status, said: problem.status, code: problem.code }, where).toEqual({
      status: CODES[code].status,
      said: CODES[code].status,
      code,
    });
    expect(answer.headers.get("content-language")).toBe(language);
    const words = `${problem.title} ${problem.detail} ${problem.doing}`;
    expect(/[\u0600-\u06ff]/.test(words), words).toBe(language === "ar");
    expect(words).not.toMatch(/\{\w+\}|undefined|\bnull\b|\[object/);
    texts.push(words);
  }
  expect(new Set(texts).size).toBe(languages.length);
}

/** A request and the code it must be refused with. */
export const refused = (
  code: ProblemCode,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Refused => ({
  code,
  method,
  path,
  body,
  ...(headers ? { headers } : {}),
});

/** An upload of one file. */
export const form = (name: string, content: string | Uint8Array<ArrayBuffer>, field = "file"): FormData => {
  const data = new FormData();
  data.append(field, new Blob([content]), name);
  return data;
};
