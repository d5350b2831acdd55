import { beforeEach, expect, test } from "vitest";
import type { StoreApi } from "zustand/vanilla";
import type { MessageView } from "../../../shared/api/messages.ts";
import { type ChatState, chatStore, forgetChats, mergeMessages, takeMessageFrame } from "./chat-store.ts";

const message = (id: string, more: Partial<MessageView> = {}): MessageView => ({
  id,
  role: "assistant",
  text: "",
  status: "streaming",
  at: `2026-01-01T00:00:0${id}.000Z`,
  ...more,
});

let store: StoreApi<ChatState>;
beforeEach(() => {
  forgetChats();
  store = chatStore("prj");
});
const text = (id: string) => store.getState().live[id]?.text;

test("FR-2: words of this tab's own stream are not doubled by the socket's copy", () => {
  takeMessageFrame(store, { type: "message", message: message("1") }, "own");
  takeMessageFrame(store, { type: "message", message: message("1") }, "socket");
  for (const from of ["own", "socket"] as const)
    takeMessageFrame(store, { type: "delta", messageId: "1", text: "Hi" }, from);
  expect(text("1")).toBe("Hi");
});

test("the finished message of either side replaces what streamed", () => {
  takeMessageFrame(store, { type: "message", message: message("1") }, "own");
  takeMessageFrame(store, { type: "delta", messageId: "1", text: "Hal" }, "own");
  takeMessageFrame(store, { type: "message", message: message("1", { text: "Hello", status: "complete" }) }, "socket");
  takeMessageFrame(store, { type: "done", messageId: "1" }, "own");
  expect(store.getState().live["1"]).toMatchObject({ text: "Hello", status: "complete" });
  expect(store.getState().own).toBe(null);
});

test("words for a message that is not here ask for it instead of being lost", () => {
  expect(takeMessageFrame(store, { type: "delta", messageId: "9", text: "x" }, "socket")).toBe("missing");
  expect(store.getState().live).toEqual({});
});

test("the person's own message takes the place of its sending copy", () => {
  store.setState({ sending: message("0", { role: "user", text: "Do it" }) });
  takeMessageFrame(
    store,
    { type: "message", message: message("2", { role: "user", text: "Do it", status: "complete" }) },
    "own",
  );
  expect(mergeMessages([], store.getState()).map((one) => one.id)).toEqual(["2"]);
});

test("fetched and live messages are merged by id, oldest first; a finished one beats a stream that stopped", () => {
  takeMessageFrame(store, { type: "message", message: message("2", { text: "half" }) }, "socket");
  takeMessageFrame(store, { type: "message", message: message("3", { text: "new", status: "complete" }) }, "socket");
  const fetched = [
    message("2", { text: "whole", status: "complete" }),
    message("1", { text: "first", status: "complete" }),
  ];
  expect(mergeMessages(fetched, store.getState()).map((one) => one.text)).toEqual(["first", "whole", "new"]);
});
