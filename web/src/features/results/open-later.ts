import { toastError } from "../../stores/toast-store.ts";

/**
 * Opens an address that has to be asked for first. The tab is opened in the tap itself, or the browser would take it
 * for an advertisement; it knows nothing of this page. Shows why when there is none.
 */
export async function openLater(ask: () => Promise<string>): Promise<void> {
  const tab = window.open("", "_blank");
  if (tab) tab.opener = null;
  try {
    const url = await ask();
    if (tab) tab.location.replace(url);
    else location.assign(url);
  } catch (error) {
    tab?.close();
    toastError(error);
  }
}
