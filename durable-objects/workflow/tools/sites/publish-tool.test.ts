import { beforeEach, describe, expect, test } from "vitest";
import { ok } from "../../../../shared/lib/result.ts";
import { SiteHosts } from "../../../../shared/lib/site-hosts.ts";
import type { Published, SiteFile, SiteWish } from "../../../../shared/protocol/sites-rpc.ts";
import type { EffectRecord } from "../../../../shared/workflow/effects.ts";
import type { ArtifactRecord } from "../../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";
import { canonicalJson } from "../../effects/fingerprint.ts";
import type { OutsideAction, OutsideTool } from "../../effects/port.ts";
import { sha256 } from "../../log/hash.ts";
import { createPublishTool } from "./publish-tool.ts";

const SITE = "0123456789abcdefghjk";
const signal = new AbortController().signal;

/** As a LibraryObject answers, in memory. */
class FakeLibrary {
  readonly wishes = new Map<string, Published | null>();
  readonly contents: string[] = [];
  live: number | null = null;
  breaks: "before-commit" | "after-commit" | null = null;
  files: readonly SiteFile[] = [];

  async beginSite({ key, sha256: content }: SiteWish) {
    const known = this.wishes.get(key);
    if (known) return ok({ done: known });
    const version = this.contents.indexOf(content) + 1;
    if (version > 0) return ok({ done: this.#goLive(key, version) });
    this.wishes.set(key, null);
    return ok({ draft: { siteId: SITE, version: this.contents.length + 1 } });
  }

  async commitSite({ key, sha256: content }: SiteWish, _draft: unknown, files: readonly SiteFile[]) {
    if (this.breaks === "before-commit") throw new Error("torn off");
    const known = this.wishes.get(key);
    if (known) return ok({ done: known, kept: false });
    this.contents.push(content);
    this.files = files;
    const done = this.#goLive(key, this.contents.length);
    if (this.breaks === "after-commit") throw new Error("torn off");
    return ok({ done, kept: true });
  }

  async publication(key: string) {
    return this.wishes.get(key) ?? null;
  }

  async undoSite({ key }: { key: string }) {
    const wish = this.wishes.get(key);
    const changed = wish?.version === this.live;
    if (changed) this.live = wish?.before ?? null;
    return ok({ live: this.live, changed });
  }

  #goLive(key: string, version: number): Published {
    const done = { siteId: SITE, version, before: this.live };
    this.live = version;
    this.wishes.set(key, done);
    return done;
  }
}

let state: WorkflowState;
let library: FakeLibrary;
let tool: OutsideTool;
let written: string[];

const artifact = (name: string, content: string): ArtifactRecord => ({
  id: `art_${name}`,
  nodeId: "page",
  name,
  mediaType: "text/html",
  size: content.length,
  sha256: sha256(content),
  key: `k/${name}`,
  header: "h",
});

beforeEach(() => {
  library = new FakeLibrary();
  written = [];
  const seen = {
    id: "wf_1",
    projectId: "prj_1",
    locale: "en",
    lineage: null,
    nodes: [{ id: "publish", agent: "dev" }],
    effects: [],
    artifacts: [artifact("site/index.html", "<h1>one</h1>"), artifact("site/style.css", "h1{}")],
  };
  // SAFETY: what the tool looks at; nothing else of a state is read.
  state = seen as unknown as WorkflowState;
  tool = createPublishTool({
    run: { workflowId: "wf_1", state: () => state },
    library,
    hosts: new SiteHosts("sites.localhost:8787"),
    hash: sha256,
    read: async ({ name }) => new TextEncoder().encode(name),
    write: async (key) => {
      written.push(key);
      return { header: "sealed" };
    },
    attempt: () => `a${written.length}`,
    rootOf: async () => "wf_0",
  });
});

function parsed(
  input: Record<string, unknown> = { folder: "site", title: "Clinic" },
  locale: "en" | "ar" = "en",
): OutsideAction {
  const read = tool.parse(input, locale);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** As the engine does: the intent first, then the send. */
function send(action: OutsideAction, key = "k1") {
  const { effectClass: _class, ...rest } = action;
  // SAFETY: what the tool looks at.
  const effect = { ...rest, key, tool: "publish_site", nodeId: "publish", status: "intended" } as Partial<EffectRecord>;
  state = { ...state, effects: [...state.effects, effect as EffectRecord] };
  return tool.send(action, { key, signal });
}

const change = (content: string) => {
  state = { ...state, artifacts: [artifact("site/index.html", content), artifact("site/style.css", "h1{}")] };
};

describe("what a person approves", () => {
  test("is a content: the same input reads alike, other files are another publishing", () => {
    const action = parsed();
    expect(action).toMatchObject({
      service: "sites",
      effectClass: "idempotent-write",
      reversible: true,
      target: "site",
    });
    expect(action.summary).toContain("“Clinic”");
    expect(action.summary).toContain("2 files");
    expect(canonicalJson(parsed(action.arguments).arguments)).toBe(canonicalJson(action.arguments));
    change("<h1>two</h1>");
    expect(parsed().arguments.content).not.toBe(action.arguments.content);
  });

  test("is refused by the time it is sent when the files are others", () => {
    const shown = parsed().arguments;
    change("<h1>two</h1>");
    expect(tool.parse(shown, "en")).toMatchObject({ ok: false, error: expect.stringContaining("only the title") });
    expect(tool.parse(shown, "ar")).toMatchObject({ ok: false, error: expect.stringMatching(/\p{Script=Arabic}/u) });
  });

  test("can have another title, and nothing else changed", () => {
    const shown = parsed().arguments;
    expect(parsed({ ...shown, title: " New \n name " }).arguments.title).toBe("New name");
    expect(tool.parse({ ...shown, folder: "" }, "en").ok).toBe(false);
    expect(tool.parse({ ...shown, title: "" }, "en").ok).toBe(false);
    expect(tool.parse({ ...shown, title: "x".repeat(121) }, "en").ok).toBe(false);
  });

  test.each([
    {},
    { folder: 1, title: "x" },
    { folder: "site" },
    { folder: "none", title: "x" },
    { folder: "site", title: "x", entry: ["a"] },
  ])("%j is refused in words", (input) => {
    expect(tool.parse(input, "en")).toMatchObject({ ok: false, error: expect.stringMatching(/\w+ \w+/) });
  });
});

describe("publishing", () => {
  test("stores every file, goes live and gives the link", async () => {
    const outcome = await send(parsed());
    expect(outcome).toEqual({
      kind: "done",
      receipt: {
        reference: `${SITE}@1`,
        link: `http://${SITE}.sites.localhost:8787/`,
        detail: expect.stringContaining("Version 1 is live"),
        undo: { siteId: SITE, key: "k1" },
      },
    });
    expect(library.files.map((one) => one.path)).toEqual(["index.html", "style.css"]);
    expect(written).toEqual([`sites/${SITE}/1/a0/0`, `sites/${SITE}/1/a0/1`]);
  });

  test.each(["before-commit", "after-commit"] as const)(
    "torn off %s and sent again it is one version",
    async (when) => {
      library.breaks = when;
      await expect(send(parsed())).rejects.toThrow("torn off");
      library.breaks = null;
      const again = await tool.send(parsed(), { key: "k1", signal });
      expect(again).toMatchObject({ kind: "done", receipt: { reference: `${SITE}@1` } });
      expect(library.contents).toHaveLength(1);
    },
  );

  test("reading back tells whether a torn off one went live", async () => {
    const action = parsed();
    library.breaks = "before-commit";
    await expect(send(action)).rejects.toThrow();
    expect(await tool.readBack?.(action, { key: "k1", signal })).toEqual({ kind: "not_done" });
    library.breaks = "after-commit";
    await expect(tool.send(action, { key: "k1", signal })).rejects.toThrow();
    expect(await tool.readBack?.(action, { key: "k1", signal })).toMatchObject({
      kind: "done",
      receipt: { reference: `${SITE}@1`, undo: { siteId: SITE } },
    });
  });

  test("what is live already is not published anew, and there is nothing to take back of it", async () => {
    await send(parsed());
    const again = await send(parsed({ folder: "site", title: "Other title" }), "k2");
    expect(again).toMatchObject({ kind: "done", receipt: { reference: `${SITE}@1`, undo: null } });
  });

  test("files that changed between approval and a repeated send are not published", async () => {
    const action = parsed();
    library.breaks = "before-commit";
    await expect(send(action)).rejects.toThrow();
    library.breaks = null;
    change("<h1>sneaked in</h1>");
    // The engine reads the arguments of what it sends again: it is still what was approved.
    expect(canonicalJson(parsed(action.arguments).arguments)).toBe(canonicalJson(action.arguments));
    expect(await tool.send(action, { key: "k1", signal })).toMatchObject({
      kind: "failed",
      failure: { code: "site_files_changed" },
    });
    expect(library.live).toBe(null);
  });
});

describe("taking back", () => {
  test("has what was live before, also after the files changed; the first one takes the site down", async () => {
    const first = parsed();
    const one = await send(first, "k1");
    change("<h1>two</h1>");
    const second = parsed();
    const two = await send(second, "k2");
    change("<h1>three</h1>");
    if (one.kind !== "done" || two.kind !== "done") throw new Error("not published");
    expect(parsed(second.arguments).summary).toBe(second.summary);
    expect(await tool.undo?.(second, two.receipt, { key: "u2", signal })).toMatchObject({
      receipt: { detail: expect.stringContaining("Version 1") },
    });
    expect(library.live).toBe(1);
    expect(await tool.undo?.(first, one.receipt, { key: "u1", signal })).toMatchObject({
      receipt: { link: null, detail: expect.stringContaining("taken down") },
    });
    expect(library.live).toBe(null);
  });

  test("changes nothing when another version is live by then", async () => {
    const first = parsed();
    const one = await send(first, "k1");
    change("<h1>two</h1>");
    await send(parsed(), "k2");
    if (one.kind !== "done") throw new Error("not published");
    expect(await tool.undo?.(first, one.receipt, { key: "u1", signal })).toMatchObject({
      receipt: { detail: expect.stringContaining("Another version") },
    });
    expect(library.live).toBe(2);
  });
});
