import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useT } from "../../i18n/i18n.ts";
import { Button } from "./Button.tsx";

type Query = Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;

/** Fetches the next page when it comes into sight; a button for those who do not scroll. */
export function MoreOnSight({ query }: { readonly query: Query }) {
  const t = useT();
  const ref = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    const mark = ref.current;
    if (!mark || !hasNextPage || isFetchingNextPage) return;
    const watcher = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) void fetchNextPage();
    });
    watcher.observe(mark);
    return () => watcher.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={ref} className="flex justify-center py-4">
      <Button look="ghost" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {t("action.more")}
      </Button>
    </div>
  );
}
