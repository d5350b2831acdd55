import { useStore } from "zustand";
import { useMe } from "../../api/me.ts";
import { settingsStore } from "../../stores/settings-store.ts";
import { readable } from "./arguments.ts";

/** A service as people call it: its label in their language; one this deployment no longer has, by its name. */
export function useServiceName(): (name: string) => string {
  const services = useMe()?.services ?? [];
  const { locale } = useStore(settingsStore);
  return (name) => services.find((one) => one.name === name)?.label[locale] ?? readable(name);
}
