import { createStore, type StoreApi } from "zustand/vanilla";
import type { WorkflowView } from "../../../shared/api/workflows.ts";
import type { WorkflowDownFrame } from "../../../shared/protocol/workflow-socket.ts";
import type { Tier } from "../../../shared/workflow/content.ts";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { toWorkflowView } from "../../../shared/workflow/view.ts";
import { queryClient } from "../api/client.ts";
import { keys } from "../api/keys.ts";
import { fetchEvents } from "../api/workflows.ts";
import { announceRun } from "../stores/announce-store.ts";
import { LiveLog } from "../stores/live-log.ts";
import { settingsStore } from "../stores/settings-store.ts";
import { type Connection, isFrame, openSocket } from "./socket.ts";

export interface LiveWorkflow {
  readonly state: WorkflowState | null;
  readonly view: WorkflowView | null;
  readonly streams: Readonly<Record<string, string>>;
  readonly events: readonly WorkflowEvent[];
  readonly eventsFrom: number;
  readonly connection: Connection;
  /** When the server was last heard, ms. */
  readonly heardAt: number | null;
}

/** At most ten redraws a second, however many events arrive. */
const FLUSH_MS = 100;
/** A closed view keeps its socket this long: moving between tabs must not reconnect. */
const LINGER_MS = 4_000;

class Live {
  readonly store: StoreApi<LiveWorkflow>;
  readonly #id: string;
  readonly #log = new LiveLog();
  #users = 0;
  #close: (() => void) | null = null;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #flush: ReturnType<typeof setTimeout> | undefined;
  #flushedAt = 0;
  #filling = false;
  /** Where the log stood when the socket opened. Until it is reached the past is only caught up with, not shown. */
  #head = 0;
  readonly #models: Partial<Record<Tier, string>> = {};

  constructor(id: string) {
    this.#id = id;
    this.store = createStore<LiveWorkflow>()(() => ({
      state: null,
      view: null,
      streams: {},
      events: [],
      eventsFrom: 0,
      connection: "connecting",
      heardAt: null,
    }));
    settingsStore.subscribe((now, before) => {
      if (now.locale !== before.locale) this.#publish();
    });
  }

  retain(): () => void {
    this.#users++;
    clearTimeout(this.#linger);
    this.#close ??= openSocket({
      path: () => `/api/workflows/${this.#id}/socket?since=${this.#log.version}`,
      onFrame: (frame) => this.#take(frame),
      onConnection: (connection) => this.store.setState({ connection }),
    });
    return () => {
      this.#users--;
      if (this.#users > 0) return;
      this.#linger = setTimeout(() => {
        this.#close?.();
        this.#close = null;
      }, LINGER_MS);
    };
  }

  #take(frame: unknown): void {
    if (!isFrame(frame)) return;
    // SAFETY: same origin, same release; LiveLog ignores frames of a type it does not know.
    const down = frame as WorkflowDownFrame;
    if (down.type === "hello") this.#head = down.version;
    const taken = this.#log.take(down);
    if (taken === "gap") void this.#fill();
    if (taken === "applied") this.#schedule();
    else this.store.setState({ heardAt: Date.now() });
  }

  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      this.#log.takeEvents(await fetchEvents(this.#id, this.#log.version));
      this.#schedule();
    } catch {
      // The next event, or the reconnected socket, shows the same gap again.
    } finally {
      this.#filling = false;
    }
  }

  #schedule(): void {
    if (this.#flush !== undefined) return;
    const wait = Math.max(0, FLUSH_MS - (performance.now() - this.#flushedAt));
    this.#flush = setTimeout(() => this.#publish(), wait);
  }

  /** Only the server knows which model stands behind a tier; its last answer tells. */
  #modelNames(): (tier: Tier) => string {
    const fetched = queryClient.getQueryData<WorkflowView>(keys.workflow(this.#id));
    for (const node of fetched?.plan?.nodes ?? []) if (node.model !== "") this.#models[node.tier] = node.model;
    return (tier) => this.#models[tier] ?? "";
  }

  #publish(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    this.#flushedAt = performance.now();
    const { state, streams, events, eventsFrom, queuePosition } = this.#log;
    const before = this.store.getState();
    if (!state || state.version < this.#head) return;
    const { locale } = settingsStore.getState();
    const view = toWorkflowView(state, locale, this.#modelNames(), Date.now(), queuePosition);
    if (before.view) announceRun(before.view, view);
    if (view.version !== before.view?.version) queryClient.setQueryData(keys.workflow(this.#id), view);
    this.store.setState({ state, view, streams, events, eventsFrom, heardAt: Date.now() });
  }
}

const lives = new Map<string, Live>();

/** The live store of a workflow; it connects while somebody retains it. */
export function workflowLive(id: string): Pick<Live, "store" | "retain"> {
  const known = lives.get(id);
  if (known) return known;
  const made = new Live(id);
  lives.set(id, made);
  return made;
}

/** Forgets all workflows: another person signs in. */
export function forgetWorkflows(): void {
  lives.clear();
}
