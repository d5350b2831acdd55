import { memo } from "react";
import { directionOf } from "./direction.ts";
import { late } from "./late.tsx";
import { words } from "./words.tsx";

interface Props {
  readonly text: string;
}

/** Marks that may mean something in Markdown; a text without them reads the same as it is written. */
const MARKS = /[*_`~#>|[\]<\\&]|^\s*(?:[-+=]|\d+[.)])|https?:|www\.|@|^ {4}|^\t/m;

function Plain({ text }: Props) {
  return (
    <div className="prose-nexus flex flex-col gap-3 break-words">
      {text
        .trim()
        .split(/\n\s*\n/)
        .map((paragraph, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no identity.
          <p key={index} dir={directionOf(paragraph)} className="whitespace-pre-line">
            {words(paragraph)}
          </p>
        ))}
    </div>
  );
}

const full = late<Props>(async () => (await import("./MarkdownText.tsx")).MarkdownText, Plain);

/** Markdown of people and models. What reads it is fetched for the first text that has marks; until then it shows plain. */
export const Markdown = memo(function Markdown({ text }: Props) {
  return MARKS.test(text) ? <full.Late text={text} /> : <Plain text={text} />;
});

/** Fetches what `texts` need to be drawn right away. */
export async function loadMarkdown(texts: readonly string[]): Promise<void> {
  if (texts.some((text) => MARKS.test(text))) await full.load();
}
