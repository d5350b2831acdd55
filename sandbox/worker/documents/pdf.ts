import { checkPdfStreams } from "./pdf-guard.ts";
import { FileProblem } from "./problems.ts";

export interface PdfText {
  readonly pages: number;
  /** Text with a marker line before each page; "" when no page has text. */
  readonly text: string;
}

const MAX_PAGES = 1_000;
const MAX_TEXT_CHARS = 5_000_000;

/** The text layer of a PDF, page by page. Arabic presentation forms become ordinary letters. */
export async function readPdf(bytes: Uint8Array): Promise<PdfText> {
  checkPdfStreams(bytes);
  const { getDocumentProxy } = await import("unpdf");
  // A copy: the library takes the buffer over.
  const document = await getDocumentProxy(bytes.slice(), { isEvalSupported: false, verbosity: 0 }).catch(refuse);
  try {
    if (document.numPages > MAX_PAGES) throw new FileProblem("file_too_large", `${document.numPages} pages`);
    const parts: string[] = [];
    let length = 0;
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number).catch(refuse);
      const content = await page.getTextContent().catch(refuse);
      page.cleanup();
      const text = content.items
        .map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : ""))
        .join("")
        .replace(/[\ufb50-\ufdff\ufe70-\ufeff]+/g, (forms) => forms.normalize("NFKC"))
        .trim();
      if (text === "") continue;
      length += text.length;
      if (length > MAX_TEXT_CHARS) throw new FileProblem("file_too_large", "more text than can be read");
      parts.push(`[Page ${number}]\n${text}\n`);
    }
    return { pages: document.numPages, text: parts.join("\n") };
  } finally {
    await document.cleanup();
  }
}

function refuse(error: unknown): never {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") throw new FileProblem("file_encrypted", "the PDF asks for a password");
  throw new FileProblem("file_broken", `damaged PDF (${name.slice(0, 40)})`);
}
