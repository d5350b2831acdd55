import { marked, type Token, type Tokens } from "marked";
import { Fragment, memo, type ReactNode } from "react";
import { Code } from "./Code.tsx";
import { directionOf } from "./direction.ts";
import { words } from "./words.tsx";

/**
 * Markdown of people and models as React elements. The text never becomes HTML: tags in it show as written,
 * images show as their description, links open only http, https and mailto.
 */
export const MarkdownText = memo(function MarkdownText({ text }: { readonly text: string }) {
  return <div className="prose-nexus flex flex-col gap-3 break-words">{drawn(text)}</div>;
});

/** Quotes and lists nested thousands deep exhaust the stack of whoever reads them: such a text shows as written. */
function drawn(text: string): ReactNode {
  try {
    return blocks(marked.lexer(text, { gfm: true, breaks: true }));
  } catch {
    return (
      <p dir={directionOf(text)} className="whitespace-pre-wrap">
        {text}
      </p>
    );
  }
}

const blocks = (tokens: readonly Token[]): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity; the text is drawn anew as a whole.
  tokens.map((token, index) => <Fragment key={index}>{block(token)}</Fragment>);

function block(token: Token): ReactNode {
  // SAFETY (of the casts below): marked gives each `type` exactly one token shape; its Token union is widened by
  // a generic member for extensions, of which none are registered.
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading": {
      const { depth, tokens } = token as Tokens.Heading;
      const size = depth === 1 ? "text-lg" : depth === 2 ? "text-[17px]" : "text-base";
      return (
        <p
          role="heading"
          aria-level={Math.min(6, depth + 2)}
          dir={directionOf(token.raw)}
          className={`${size} mt-1 font-semibold`}
        >
          {inlines(tokens)}
        </p>
      );
    }
    case "paragraph":
      return <p dir={directionOf(token.raw)}>{inlines((token as Tokens.Paragraph).tokens)}</p>;
    case "blockquote":
      return (
        <blockquote
          dir={directionOf(token.raw)}
          className="flex flex-col gap-2 border-s-2 border-line-strong ps-3 text-soft"
        >
          {blocks((token as Tokens.Blockquote).tokens)}
        </blockquote>
      );
    case "code":
      return <Code text={(token as Tokens.Code).text} />;
    case "hr":
      return <hr className="border-line" />;
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return <p dir={directionOf(token.raw)}>{tokens ? inlines(tokens) : words(text)}</p>;
    }
    default:
      return <p dir="auto">{token.raw}</p>;
  }
}

function list(token: Tokens.List): ReactNode {
  const items = token.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: see blocks.
    <li key={index} className="ps-1">
      {item.task && <input type="checkbox" checked={item.checked ?? false} readOnly disabled className="me-2" />}
      {item.tokens.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see blocks.
        <Fragment key={at}>{one.type === "text" ? inlines((one as Tokens.Text).tokens ?? [one]) : block(one)}</Fragment>
      ))}
    </li>
  ));
  const dir = directionOf(token.raw);
  return token.ordered ? (
    <ol dir={dir} start={token.start === "" ? 1 : token.start} className="flex list-decimal flex-col gap-1.5 ps-6">
      {items}
    </ol>
  ) : (
    <ul dir={dir} className="flex list-disc flex-col gap-1.5 ps-5 marker:text-muted">
      {items}
    </ul>
  );
}

function table(token: Tokens.Table): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <div className="max-w-full overflow-x-auto rounded-xl border border-line" tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <thead className="bg-hover text-start">
          <tr>
            {token.header.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see blocks.
              <th key={index} dir="auto" className="px-3 py-2 text-start font-semibold">
                {inlines(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: see blocks.
            <tr key={at} className="border-t border-line">
              {row.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see blocks.
                <td key={index} dir="auto" className="px-3 py-2 text-start tabular">
                  {inlines(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const inlines = (tokens: readonly Token[]): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: see blocks.
  tokens.map((token, index) => <Fragment key={index}>{inline(token)}</Fragment>);

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};
const plain = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

function inline(token: Token): ReactNode {
  switch (token.type) {
    case "strong":
      return <strong className="font-semibold">{inlines((token as Tokens.Strong).tokens)}</strong>;
    case "em":
      return <em>{inlines((token as Tokens.Em).tokens)}</em>;
    case "del":
      return <del>{inlines((token as Tokens.Del).tokens)}</del>;
    case "codespan":
      return (
        <code dir="ltr" className="rounded-md bg-hover px-1.5 py-0.5 font-mono text-[0.9em]">
          {plain((token as Tokens.Codespan).text)}
        </code>
      );
    case "br":
      return <br />;
    case "link": {
      const { href, tokens } = token as Tokens.Link;
      if (!/^(https?:|mailto:)/i.test(href)) return inlines(tokens);
      return (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          // An address reads from the left in any line, and breaks there.
          dir={/^https?:/i.test((token as Tokens.Link).text) ? "ltr" : undefined}
          className="text-brand underline underline-offset-2 wrap-anywhere"
        >
          {inlines(tokens)}
        </a>
      );
    }
    case "image":
      return (token as Tokens.Image).text;
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? inlines(tokens) : words(plain(text));
    }
    case "escape":
      return (token as Tokens.Escape).text;
    default:
      return token.raw;
  }
}
