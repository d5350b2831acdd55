import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowDown } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import type { MessageView } from "../../../../shared/api/messages.ts";
import { queryClient } from "../../api/client.ts";
import { messagesQuery } from "../../api/messages.ts";
import { workflowQuery } from "../../api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { announce } from "../../stores/announce-store.ts";
import { chatStore, mergeMessages } from "../../stores/chat-store.ts";
import { draftStore } from "../../stores/draft-store.ts";
import { toastError } from "../../stores/toast-store.ts";
import { loadPlanCard } from "../plan/LatePlanCard.tsx";
import { IconButton } from "../ui/Button.tsx";
import { loadMarkdown } from "../ui/Markdown.tsx";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Failed, SkeletonList } from "../ui/States.tsx";
import { Examples } from "./Examples.tsx";
import { Message, PendingBubble } from "./Message.tsx";
import { sendPending } from "./send.ts";

/** Nearer to the end than this, new words keep the end in sight. */
const NEAR_PX = 120;
const MARGIN_PX = 16;
const RESUME_MS = 4_000;
/** A plan that does not come holds the rest of the conversation back no longer than this. */
const PATIENCE_MS = 4_000;

export function Conversation({ projectId }: { readonly projectId: string }) {
  const t = useT();
  const query = useInfiniteQuery(messagesQuery(projectId));
  const chat = useStore(chatStore(projectId));
  const pending = useStore(draftStore, (state) => state.pending[projectId]);
  const fetched = query.data?.pages;
  const messages = useMemo(() => mergeMessages(fetched?.flatMap((page) => page.items) ?? [], chat), [fetched, chat]);
  const last = messages.at(-1);

  useEffect(() => {
    const send = () => void sendPending(projectId).catch(toastError);
    send();
    addEventListener("online", send);
    return () => removeEventListener("online", send);
  }, [projectId]);

  // An answer that streams elsewhere (another tab, or before a reload) is asked for until the socket tells it.
  const { refetch } = query;
  const elsewhere = last?.status === "streaming" && chat.own !== last.id;
  useEffect(() => {
    if (!elsewhere) return;
    const timer = setInterval(() => void refetch(), RESUME_MS);
    return () => clearInterval(timer);
  }, [elsewhere, refetch]);

  const told = useRef<string | null>(null);
  useEffect(() => {
    if (last?.role !== "assistant" || last.status === "streaming") return;
    if (told.current !== null && told.current !== last.id)
      announce(t("chat.answered", { text: last.text.slice(0, 200) }));
    told.current = last.id;
  }, [last, t]);

  const { box, end, away, toEnd } = useStickToEnd(
    `${messages.length} ${last?.text.length ?? 0}`,
    chat.sending?.id ?? pending?.at(-1)?.key,
  );
  const ready = useReady(query.data ? messages : null);
  if (query.isPending || (query.data && !ready))
    return (
      <div className="flex-1 p-4">
        <div className="mx-auto max-w-3xl">
          <SkeletonList rows={3} height="h-24" />
        </div>
      </div>
    );
  if (!query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const empty = messages.length === 0 && !pending?.length;
  return (
    <div className="relative min-h-0 flex-1">
      <div ref={box} className="h-full overflow-y-auto overscroll-contain" data-testid="conversation">
        <div className="mx-auto flex min-h-full w-full max-w-3xl flex-col gap-5 px-4 py-5">
          <MoreOnSight query={query} />
          {empty ? (
            <Examples projectId={projectId} />
          ) : (
            <>
              <div className="flex-1" />
              <ol data-messages aria-label={t("chat.messages")} className="flex flex-col gap-5">
                {messages.map((message, index) => (
                  <Message
                    key={message.id}
                    projectId={projectId}
                    message={message}
                    isLast={index === messages.length - 1}
                  />
                ))}
                {pending?.map((one) => (
                  <PendingBubble key={one.key} projectId={projectId} message={one} />
                ))}
                {chat.sending && <Thinking />}
              </ol>
            </>
          )}
          <div ref={end} />
        </div>
      </div>
      {away && !empty && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-end px-3">
          <IconButton
            icon={ArrowDown}
            label={t("chat.toEnd")}
            onClick={toEnd}
            className="pointer-events-auto rounded-full border border-line-strong bg-raised shadow-pop"
          />
        </div>
      )}
    </div>
  );
}

/**
 * True once the first messages can be drawn as they will stay: a card that grows later would push away what is being
 * read. What comes after is drawn as it comes.
 */
function useReady(first: readonly MessageView[] | null): boolean {
  const plan = first?.findLast((one) => one.workflowId !== undefined)?.workflowId;
  const [ready, setReady] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, for the messages the page opened with.
  useEffect(() => {
    if (!first || ready) return;
    const awaited = [loadMarkdown(first.map((one) => one.text))];
    if (plan) awaited.push(loadPlanCard(), queryClient.prefetchQuery(workflowQuery(plan)));
    let gone = false;
    void Promise.race([Promise.allSettled(awaited), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]).then(
      () => {
        if (!gone) setReady(true);
      },
    );
    return () => {
      gone = true;
    };
  }, [first !== null]);
  return ready;
}

function Thinking() {
  const t = useT();
  return (
    <li className="flex items-center gap-2 text-sm text-muted" role="status">
      <span aria-hidden className="size-2 rounded-full bg-brand motion-safe:animate-breathe" />
      {t("chat.thinking")}
    </li>
  );
}

/**
 * Shows the end, but never scrolls the beginning of the newest message out of sight: it is read from its top. Never
 * scrolls up: who is further down already reads on there, or has the focus there.
 */
function stick(element: HTMLElement): void {
  const newest = element.querySelector("[data-messages] > li:last-child");
  if (!newest) return;
  const top = newest.getBoundingClientRect().top - element.getBoundingClientRect().top + element.scrollTop;
  const to = Math.min(element.scrollHeight - element.clientHeight, top - MARGIN_PX);
  if (to > element.scrollTop) element.scrollTop = to;
}

/** Keeps the end in sight while the person is there; leaves them alone when they read above. */
function useStickToEnd(changes: string, sent: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  const [away, setAway] = useState(false);
  useEffect(() => {
    const element = box.current;
    const inner = element?.firstElementChild;
    if (!element || !inner) return;
    let last = element.scrollTop;
    const look = () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Scrolling up lets go; reaching the end holds on again. Standing at the top of a long answer is no letting go.
      if (element.scrollTop < last - 2) near.current = left < NEAR_PX;
      else if (left < NEAR_PX) near.current = true;
      last = element.scrollTop;
      setAway(left >= NEAR_PX);
    };
    // Cards grow after they are drawn (plans, images): the end moves without a new message.
    const watcher = new ResizeObserver(() => {
      if (near.current) stick(element);
    });
    watcher.observe(inner);
    watcher.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener("scroll", look);
    };
  });
  // What the person sends is where they look next, wherever they were reading.
  useLayoutEffect(() => {
    if (sent === undefined || !box.current) return;
    near.current = true;
    stick(box.current);
  }, [sent]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the text grows.
  useLayoutEffect(() => {
    const element = box.current;
    if (element && near.current) stick(element);
  }, [changes]);
  const toEnd = () => end.current?.scrollIntoView({ behavior: "smooth", block: "end" });
  return { box, end, away, toEnd };
}
