const MAX_NAME = 200;

/**
 * A file's name as people see it: the last part of whatever path was sent, without characters that hide or reorder
 * what follows them (control, zero-width and bidirectional override).
 */
export function cleanFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const visible = last
    .normalize("NFC")
    .replace(/[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu, "")
    .trim();
  const name_ = visible === "" || visible === "." || visible === ".." ? "file" : visible;
  if (name_.length <= MAX_NAME) return name_;
  const dot = name_.lastIndexOf(".");
  const extension = dot > 0 && name_.length - dot <= 10 ? name_.slice(dot) : "";
  return name_.slice(0, MAX_NAME - extension.length) + extension;
}

/** `Content-Disposition` for a name in any language (RFC 6266, RFC 8187). */
export function disposition(kind: "attachment" | "inline", name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
