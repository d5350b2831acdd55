import type { ReactNode } from "react";
import { splitDates } from "./split-dates.ts";

/** Dates such as 2026-11-23 keep their order inside Arabic sentences. */
export const words = (text: string): ReactNode =>
  splitDates(text).map((part, index) =>
    part.date ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no identity.
      <bdi key={index} dir="ltr">
        {part.text}
      </bdi>
    ) : (
      part.text
    ),
  );
