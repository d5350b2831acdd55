import { zipSync } from "fflate";
import { htmlToMarkdown } from "./html-to-markdown.ts";
import { FileProblem } from "./problems.ts";
import type { ZipArchive } from "./zip.ts";

/** Markdown of a Word document: headings, lists, tables, links as text. Pictures are left out. */
export async function readDocx(zip: ZipArchive): Promise<string> {
  const { default: mammoth } = await import("mammoth");
  // Packed anew from what went through the guards, so that the library never inflates anything itself.
  const parts = Object.fromEntries(
    zip
      .names()
      .filter((name) => /\.(xml|rels)$/i.test(name))
      .map((name): [string, Uint8Array] => [name, zip.readBytes(name)]),
  );
  const plain = zipSync(parts, { level: 0 });
  const buffer = plain.buffer.slice(plain.byteOffset, plain.byteOffset + plain.byteLength);
  try {
    const converted = await mammoth.convertToHtml(
      { arrayBuffer: buffer as ArrayBuffer, buffer: Buffer.from(buffer as ArrayBuffer) },
      { convertImage: mammoth.images.imgElement(async () => ({ src: "" })) },
    );
    return htmlToMarkdown(converted.value);
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw new FileProblem("file_broken", "damaged document");
  }
}
