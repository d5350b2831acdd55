import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { type KeyboardEvent, useEffect, useRef } from "react";
import "@xterm/xterm/css/xterm.css";
import { useT } from "../../i18n/i18n.ts";
import type { Feed } from "./feed.ts";

/** Operating system commands: title, links, colours of the terminal itself, clipboard. Nothing here obeys them. */
const REFUSED_OSC = [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 104, 110, 111, 112, 133, 633, 777, 1337];

const COLOURS = { background: "#0e0e13", foreground: "#f3f3f6", cursor: "#0e0e13", selectionBackground: "#3a3a46" };

/**
 * The output as a terminal draws it. It only shows: keys go to the line below it, and what the output asks a terminal
 * to do is not done (the feed has filtered it; this is the second lock).
 */
export default function Picture({ feed }: { readonly feed: Feed }) {
  const t = useT();
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<Terminal>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const terminal = new Terminal({
      disableStdin: true,
      convertEol: true,
      cursorInactiveStyle: "none",
      scrollback: 5_000,
      fontSize: 13,
      fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono', monospace",
      theme: COLOURS,
      minimumContrastRatio: 4.5,
      windowOptions: {},
    });
    for (const code of REFUSED_OSC) terminal.parser.registerOscHandler(code, () => true);
    terminal.parser.registerDcsHandler({ final: "q", intermediates: "$" }, () => true);
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(element);
    // Nothing is typed into the picture: its own field must not be a tab stop nor be read out.
    terminal.textarea?.setAttribute("tabindex", "-1");
    terminal.textarea?.setAttribute("readonly", "");
    const size = () => fit.fit();
    size();
    const watcher = new ResizeObserver(size);
    watcher.observe(element);
    const stop = feed.draw((text) => terminal.write(text));
    drawn.current = terminal;
    return () => {
      drawn.current = null;
      stop();
      watcher.disconnect();
      terminal.dispose();
    };
  }, [feed]);
  const press = (event: KeyboardEvent) => {
    const terminal = drawn.current;
    if (!terminal) return;
    const lines = { ArrowDown: 1, ArrowUp: -1, PageDown: terminal.rows - 1, PageUp: 1 - terminal.rows }[event.key];
    if (lines !== undefined) terminal.scrollLines(lines);
    else if (event.key === "Home") terminal.scrollToTop();
    else if (event.key === "End") terminal.scrollToBottom();
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="group"
      aria-label={t("terminal.output")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
      tabIndex={0}
      onKeyDown={press}
      data-testid="terminal-picture"
      className="rounded-2xl border border-line bg-[#0e0e13] p-2"
    >
      <div ref={host} dir="ltr" aria-hidden inert className="h-[44dvh] min-h-48" />
    </div>
  );
}
