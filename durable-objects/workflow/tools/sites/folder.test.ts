import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../log/hash.ts";
import { type Candidate, MAX_SITE_BYTES, siteFolder } from "./folder.ts";

const file = (name: string, content = name, size = content.length): Candidate => ({
  name,
  size,
  sha256: sha256(content),
});
const folder = (files: readonly Candidate[], wanted = {}) => siteFolder(files, wanted, sha256);
const problem = (files: readonly Candidate[], wanted = {}) => {
  const found = folder(files, wanted);
  return found.ok ? null : found.error;
};
const paths = (files: readonly Candidate[], wanted = {}) => {
  const found = folder(files, wanted);
  return found.ok ? found.value.files.map((one) => one.path) : found.error.code;
};

test("a folder is taken whole, with the names below it", () => {
  const files = [file("site/index.html"), file("site/en/index.html"), file("site/list.csv"), file("notes.md")];
  for (const name of ["site", "/site/", "./site", " site ", "/workspace/site"])
    expect(paths(files, { folder: name })).toEqual(["en/index.html", "index.html", "list.csv"]);
});

test("without a name it is the one folder with a first page, nearest to the top", () => {
  expect(paths([file("a/index.html"), file("a/b/index.html"), file("x.csv")])).toEqual(["b/index.html", "index.html"]);
  expect(problem([file("a/index.html"), file("b/index.html")])).toEqual({ code: "choose", folders: ["a", "b"] });
  expect(problem([file("a.csv")])).toEqual({ code: "no_page" });
  expect(problem([])).toEqual({ code: "no_page" });
});

test("from the top, where everything lies, tables and texts are not taken", () => {
  const files = [
    file("index.html"),
    file("style.css"),
    file("logo.PNG"),
    file("customers.csv"),
    file("notes.md"),
    file("a.json"),
  ];
  expect(paths(files)).toEqual(["index.html", "logo.PNG", "style.css"]);
  expect(paths(files, { folder: "" })).toEqual(["index.html", "logo.PNG", "style.css"]);
});

test("of results with one name the newest counts, and logs never do", () => {
  const newest = file("site/index.html", "new");
  const found = folder([file("site/index.html", "old"), newest, { ...file("site/log.html"), role: "log" }]);
  expect(found.ok && found.value.files.map((one) => one.file)).toEqual([newest]);
});

test.each([
  [{ folder: "none" }, { code: "no_folder", folder: "none" }],
  [
    { folder: "site", entry: "home.html" },
    { code: "no_entry", entry: "home.html" },
  ],
  [{ folder: "site", entry: "a.css" }, { code: "entry_type" }],
  [{ folder: "sit" }, { code: "no_folder", folder: "sit" }],
  [{ folder: ".." }, { code: "no_folder", folder: ".." }],
])("%o is refused with its reason", (wanted, reason) => {
  expect(problem([file("site/index.html"), file("site/a.css")], wanted)).toEqual(reason);
});

test.each([
  "site/.htaccess",
  "site/.well-known/x",
  "site/a\\b.html",
  "site/a?b.html",
  "site/a#b.html",
  "site/a%2e.html",
  "site/a\u202eb.html",
  "site/a\u0000b.html",
  "site/a\u200b.html",
  "site//x.html",
  "site/../x.html",
  "site/ x.html",
  "site/e\u0301.html",
  `site/${"x".repeat(300)}.html`,
])("%j cannot stand in an address", (name) => {
  expect(problem([file("site/index.html"), file(name)], { folder: "site" })).toMatchObject({ code: "name" });
});

test("no more than 200 files and 20 MB", () => {
  const many = Array.from({ length: 200 }, (_, at) => file(`site/${at}.html`));
  expect(problem([file("site/index.html"), ...many])).toEqual({ code: "many", count: 201 });
  const half = MAX_SITE_BYTES / 2;
  const large = [file("site/index.html", "", half), file("site/b.mp4", "", half)];
  expect(problem(large)).toBe(null);
  expect(problem([...large, file("site/c.css", "", 1)])).toEqual({ code: "large", bytes: MAX_SITE_BYTES + 1 });
});

test("the fingerprint is of entry, names and contents, in whatever order they come", () => {
  const files = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,8}\.html$/), fc.string()), {
    minLength: 1,
    selector: ([name]) => name,
  });
  const print = (entries: readonly [string, string][], entry: string) => {
    const found = folder(
      entries.map(([name, content]) => file(`s/${name}`, content)),
      { folder: "s", entry },
    );
    return found.ok ? found.value.sha256 : null;
  };
  fc.assert(
    fc.property(files, (entries) => {
      const [[entry = "", content = ""] = []] = entries;
      const one = print(entries, entry);
      expect(one).not.toBe(null);
      expect(print([...entries].reverse(), entry)).toBe(one);
      expect(print([[entry, `${content}!`], ...entries.slice(1)], entry)).not.toBe(one);
      expect(print([...entries, ["zzzzzzzzz.html", ""]], entry)).not.toBe(one);
    }),
  );
});
