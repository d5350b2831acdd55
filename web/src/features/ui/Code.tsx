/** Text in a fixed width, as written. */
export function Code({ text }: { readonly text: string }) {
  return (
    <pre
      dir="ltr"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-xl border border-line bg-bg p-3 font-mono text-[13px] leading-relaxed"
    >
      <code>{text}</code>
    </pre>
  );
}
