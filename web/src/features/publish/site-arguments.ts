/** What a request to publish says; `folder` without slashes at its ends. */
export interface SiteArguments {
  readonly folder: string;
  readonly entry: string | undefined;
  readonly title: string;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** `content`: the hash of the files as they were when it was asked; nothing a person reads or changes. */
const KNOWN: readonly string[] = ["folder", "title", "entry", "content"];

/** The arguments of an approval as those of publishing a site, null when it is about something else. */
export function siteArguments(
  action: string | undefined,
  args: Readonly<Record<string, unknown>>,
): SiteArguments | null {
  const [folder, title] = [text(args.folder), text(args.title)];
  if (folder === undefined || title === undefined || action === undefined) return null;
  if (Object.keys(args).some((key) => !KNOWN.includes(key))) return null;
  return { folder: folder.replace(/^[./]+|\/+$/g, ""), entry: text(args.entry), title };
}

/** What of them people read and change; the fingerprint of the files is the server's to compare. */
export function shownArguments(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { content: _content, ...shown } = args;
  return shown;
}
