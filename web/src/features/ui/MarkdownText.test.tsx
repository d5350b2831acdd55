import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { MarkdownText } from "./MarkdownText.tsx";

const draw = (text: string) => renderToStaticMarkup(<MarkdownText text={text} />);

it("shows a text nested beyond the stack as written, so that one message cannot take the page away", () => {
  const text = ">".repeat(20_000);
  expect(draw(text)).toContain(text.replaceAll(">", "&gt;"));
});

it("makes nothing of people's text load or run", () => {
  const html = draw(
    "<img src=x onerror=alert(1)> ![a](https://evil.example/p.png) [b](javascript:alert(1)) [c](https://ok.example)",
  );
  expect(html).not.toContain("<img");
  expect(html).not.toContain("javascript:");
  expect(html).not.toContain("evil.example");
  expect(html).toContain('href="https://ok.example"');
});
