import { Parser } from "saxen";
import { FileProblem } from "./problems.ts";
import type { ZipArchive } from "./zip.ts";

export interface XmlHandlers {
  /** Element name without its prefix; attributes as written in the file, with prefixes, entities decoded. */
  open?(name: string, attributes: () => Readonly<Record<string, string>>): void;
  close?(name: string): void;
  /** A piece of text; one text can come in several. */
  text?(text: string): void;
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

/** The five entities of XML and character references; nothing a document defines itself, so nothing can multiply. */
function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined)
      return { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[String(name).toLowerCase()] ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function newParser(handlers: XmlHandlers): Parser {
  const parser = new Parser();
  parser.on("openTag", (name, attributes) => {
    handlers.open?.(local(name), () => {
      const raw = attributes();
      return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, decode(value)]));
    });
  });
  parser.on("closeTag", (name) => handlers.close?.(local(name)));
  parser.on("text", (text) => handlers.text?.(decode(text)));
  parser.on("cdata", (text) => handlers.text?.(text));
  parser.on("error", (error) => {
    throw new FileProblem("file_broken", `damaged XML: ${error.message.slice(0, 80)}`);
  });
  return parser;
}

/** Parses an entry of an archive while it inflates, so that the whole of it is never in memory. */
export function parseXmlEntry(zip: ZipArchive, name: string, handlers: XmlHandlers): void {
  const parser = newParser(handlers);
  let decoder: TextDecoder | null = null;
  zip.read(name, (chunk) => {
    decoder ??= new TextDecoder(chunk[0] === 0xff || chunk[0] === 0xfe ? "utf-16le" : "utf-8");
    parser.write(decoder.decode(chunk, { stream: true }));
  });
  parser.end();
}

/** Parses a text in one go. */
export function parseXml(xml: string, handlers: XmlHandlers): void {
  newParser(handlers).parse(xml);
}
