import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Nothing is wider than the screen: neither the page, nor anything in it that does not scroll by itself. */
export async function expectFits(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element: Element | null): boolean => {
      for (let up = element; up && up !== document.body; up = up.parentElement) {
        const { overflowX, position } = getComputedStyle(up);
        if (up !== element && overflowX !== "visible") return true;
        if (position === "fixed") return false;
      }
      return false;
    };
    const out = [...document.body.querySelectorAll("*")].flatMap((element) => {
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1 || (box.left >= -1 && box.right <= width + 1)) return [];
      if (element.closest("[aria-hidden=true], .sr-only, svg") || scrolls(element)) return [];
      return [
        `<${element.localName}> ${Math.round(box.left)}–${Math.round(box.right)}: ${element.textContent?.slice(0, 60)}`,
      ];
    });
    return { page: document.documentElement.scrollWidth - width, out: out.slice(0, 5) };
  });
  expect(found, where).toEqual({ page: 0, out: [] });
}

/** What a finger must hit, and is smaller than 44 × 44 px. Links inside a sentence are exempt (WCAG 2.2, 2.5.8). */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const top = document.querySelector("dialog[open]") ?? document.body;
    const selector =
      "button, a[href], input:not([hidden]), select, textarea, summary, [role=button], [role=tab], [role=menuitem]";
    return [...top.querySelectorAll<HTMLElement>(selector)].flatMap((element) => {
      if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return [];
      if (
        element.closest(".sr-only, p:has(a)") &&
        element.localName === "a" &&
        getComputedStyle(element).display === "inline"
      )
        return [];
      // A box that is ticked by its label is as large as the label.
      const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
      const target = label?.contains(element) ? label : element;
      const { width, height } = target.getBoundingClientRect();
      if (width === 0 || (width >= 43.5 && height >= 43.5)) return [];
      if (element.matches(".sr-only, .sr-only *")) return [];
      return [
        `<${element.localName}> ${Math.round(width)}×${Math.round(height)} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 40)}`,
      ];
    });
  });

/** Text drawn smaller than 11 px. */
export const tinyTexts = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const tiny: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element || node.textContent?.trim() === "" || !element.checkVisibility() || element.closest(".sr-only"))
        continue;
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (size < 11) tiny.push(`${size}px ${node.textContent?.slice(0, 40)}`);
    }
    return tiny;
  });

/** Share of a canvas that is drawn upon: not of the commonest colour. 0 for a blank one. */
export async function drawnShare(page: Page, selector: string): Promise<number> {
  const canvas = page.locator(selector);
  const png = (await canvas.screenshot()).toString("base64");
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const surface = new OffscreenCanvas(picture.width, picture.height);
    const pen = surface.getContext("2d");
    if (!pen) return 0;
    pen.drawImage(picture, 0, 0);
    const { data: pixels } = pen.getImageData(0, 0, picture.width, picture.height);
    const counts = new Map<number, number>();
    for (let at = 0; at < pixels.length; at += 4) {
      const colour = ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return 1 - Math.max(...counts.values()) / (pixels.length / 4);
  }, png);
}
