export const COMPOSER_ID = "composer";

/** Puts the cursor at the end of the composer, once it shows its new text. */
export function focusComposer(): void {
  requestAnimationFrame(() => {
    const area = document.getElementById(COMPOSER_ID);
    if (!(area instanceof HTMLTextAreaElement)) return;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  });
}
