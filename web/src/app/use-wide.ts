import { useSyncExternalStore } from "react";

const media = matchMedia("(min-width: 1024px)");
const subscribe = (listener: () => void) => {
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
};

/** True from 1024 px on: sidebar and split view. */
export const useWide = (): boolean => useSyncExternalStore(subscribe, () => media.matches);
