import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { poll } from "./visit.ts";

/** More stops than any view has. */
const MAX_STOPS = 60;

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement).catch(() => false);

/** Where the keyboard stands: its name, and whether a person can see it. */
export const focusSeen = (page: Page): Promise<{ name: string; visible: boolean; inSight: boolean }> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body)
      return { name: "", visible: true, inSight: true };
    const around = [element, element.parentElement, element.parentElement?.parentElement].filter(
      (one) => one instanceof HTMLElement,
    );
    // Colours change over a moment; their end counts.
    const look = () => {
      for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
      return around
        .map((one) => {
          const { outlineStyle, outlineWidth, outlineColor, borderColor, boxShadow, backgroundColor } =
            getComputedStyle(one);
          return [
            outlineStyle === "none" ? "" : `${outlineWidth}${outlineColor}`,
            borderColor,
            boxShadow,
            backgroundColor,
          ].join();
        })
        .join("|");
    };
    const focused = look();
    const name = element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 60) ?? "";
    element.blur();
    const blurred = look();
    element.focus({ preventScroll: true });
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const inSight = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    return { name: `<${element.localName}> ${name}`, visible: focused !== blurred, inSight };
  });

/** Presses Tab until `target` has the focus; every stop on the way must be visible. Gives the stops. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<string[]> {
  const stops: string[] = [];
  for (let pressed = 0; pressed < MAX_STOPS; pressed++) {
    await page.keyboard.press(key);
    const seen = await focusSeen(page);
    expect(seen, seen.name).toMatchObject({ visible: true });
    // The browser scrolls to it, and does not always jump.
    if (!seen.inSight)
      await poll(async () => ((await focusSeen(page)).inSight ? "in sight" : seen.name)).toBe("in sight");
    stops.push(seen.name);
    if (await isFocused(target)) return stops;
  }
  throw new Error(`Tab never came to ${target}: ${stops.join(" → ")}`);
}

/** Goes round a dialog with Tab: the focus stays in it. */
export async function expectTrapped(page: Page, dialog: Locator): Promise<void> {
  const stops = await dialog.locator("button, input, select, textarea, a[href]").count();
  for (let pressed = 0; pressed < stops + 3; pressed++) {
    await page.keyboard.press("Tab");
    const outside = await dialog.evaluate((element) => {
      const at = document.activeElement;
      return at !== null && at !== document.body && !element.contains(at) ? at.outerHTML.slice(0, 120) : null;
    });
    expect(outside).toBeNull();
  }
}

/** Waits until `target` has the focus; when it never comes, says what has it instead. */
export const expectFocused = (target: Locator): Promise<void> =>
  poll(() =>
    target.evaluate((element) =>
      element === document.activeElement ? "here" : (document.activeElement?.outerHTML.slice(0, 200) ?? "nowhere"),
    ),
  ).toBe("here");
