/** A quiet stream says at least this often that it is there; a reader that left is noticed then. */
const PING_MS = 15_000;
/** Nothing is sent to who has lost the right to read longer ago than this. */
const CHECK_MS = 1_000;
/** A line of a transcript is far shorter; what never ends is not kept. */
const MAX_LINE = 4_000_000;

interface Guards {
  /** Whether the reader may still see it. */
  readonly mayRead: () => Promise<boolean>;
  readonly now: () => number;
}

/**
 * Lines of JSON, each with a `seq`, as server-sent events whose id is that number. Ends when the source does, when the
 * reader goes, and before the next line when the reader may no longer see it.
 */
export function toEventStream(source: ReadableStream<Uint8Array>, guards: Guards): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let rest = "";
  let checkedAt = guards.now();
  let reading: ReturnType<typeof reader.read> | null = null;

  const stillAllowed = async (): Promise<boolean> => {
    if (guards.now() - checkedAt < CHECK_MS) return true;
    const may = await guards.mayRead().catch(() => false);
    checkedAt = guards.now();
    return may;
  };

  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(": open\n\n"));
    },
    async pull(controller) {
      reading ??= reader.read();
      const timer = quiet(PING_MS);
      try {
        const came = await Promise.race([reading, timer.over]);
        if (!(await stillAllowed())) {
          await reader.cancel().catch(() => undefined);
          controller.close();
          return;
        }
        if (came === null) {
          controller.enqueue(encoder.encode(": here\n\n"));
          return;
        }
        reading = null;
        rest += came.done ? decoder.decode() : decoder.decode(came.value, { stream: true });
        const lines = rest.split("\n");
        rest = came.done ? "" : (lines.pop() ?? "");
        if (rest.length > MAX_LINE) rest = "";
        const events = lines.map(toEvent).join("");
        // A pull that gives nothing is not called again.
        controller.enqueue(encoder.encode(events || ": more\n\n"));
        if (came.done) controller.close();
      } finally {
        timer.stop();
      }
    },
    async cancel() {
      await reader.cancel().catch(() => undefined);
    },
  });
}

function quiet(ms: number): { readonly over: Promise<null>; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return { over, stop: () => clearTimeout(timer) };
}

function toEvent(line: string): string {
  const seq = /"seq":\s*(\d+)/.exec(line)?.[1];
  return line.trim() === "" ? "" : `${seq === undefined ? "" : `id: ${seq}\n`}data: ${line}\n\n`;
}
