import { ExternalLink } from "lucide-react";
import { useT } from "../../i18n/i18n.ts";

/** Only addresses of the web are links: whatever else a result names is text. */
export const isWebAddress = (url: string): boolean => /^https?:\/\/[^\s]+$/i.test(url);

/** An address outside of this app, shown whole; it opens beside and learns nothing of where it was opened from. */
export function OutsideLink({ url }: { readonly url: string }) {
  const t = useT();
  const text = (
    <bdi dir="ltr" className="min-w-0 break-all">
      {url}
    </bdi>
  );
  if (!isWebAddress(url)) return <p className="text-sm text-muted">{text}</p>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      className="inline-flex min-h-11 max-w-full items-center gap-2 text-sm text-brand underline-offset-4 hover:underline"
    >
      {text}
      <ExternalLink aria-hidden className="size-4 shrink-0" />
      <span className="sr-only">({t("site.newTab")})</span>
    </a>
  );
}
