import { createStore } from "zustand/vanilla";
import { ApiError } from "../api/http.ts";
import { t } from "../i18n/i18n.ts";

export interface Toast {
  readonly id: number;
  readonly kind: "info" | "success" | "error";
  readonly title: string;
  readonly detail?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export const toastStore = createStore<{ readonly toasts: readonly Toast[] }>()(() => ({ toasts: [] }));

/** Long enough to read: a word of success, a piece of news, and what asks for an answer or went wrong. */
const SHOWN_MS = { success: 2_500, info: 4_000, error: 8_000, action: 8_000 } as const;
let next = 1;

export function toast(input: Omit<Toast, "id">): number {
  const id = next++;
  toastStore.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { ...input, id }] }));
  setTimeout(() => dismissToast(id), SHOWN_MS[input.action ? "action" : input.kind]);
  return id;
}

export const dismissToast = (id: number): void =>
  toastStore.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));

/** Shows a refusal in its own words. */
export function toastError(error: unknown): void {
  if (error instanceof ApiError) toast({ kind: "error", title: error.body.title, detail: error.body.detail });
  else toast({ kind: "error", title: t("error.unexpected.title"), detail: t("error.unexpected.detail") });
}
