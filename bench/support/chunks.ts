import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

export interface Sizes {
  /** What sign-in loads before it can be used. */
  readonly main: { readonly kb: number; readonly files: readonly string[] };
  /** What the map adds when it is first opened. */
  readonly scene: { readonly kb: number; readonly files: readonly string[] };
  /** Scripts and styles together, both languages; the terminal, which nobody needs, aside. */
  readonly totalKb: number;
  /** What only the terminal adds when it is opened, both languages. */
  readonly terminal: { readonly kb: number; readonly files: readonly string[] };
  readonly chunks: Readonly<Record<string, number>>;
}

/** Builds the client for production into `outDir` and weighs it. Sizes are gzip, kB of 1000 bytes. */
export async function weighClient(configFile: string, outDir: string): Promise<Sizes> {
  await build({ configFile, logLevel: "error", build: { outDir, emptyOutDir: true, manifest: true } });
  // SAFETY: vite's own manifest format.
  const manifest = JSON.parse(readFileSync(join(outDir, ".vite", "manifest.json"), "utf8")) as Record<string, Chunk>;
  const kb = (file: string): number => Math.round(gzipSync(readFileSync(join(outDir, file))).length / 100) / 10;
  const weigh = (files: ReadonlySet<string>) => ({
    kb: Math.round([...files].reduce((sum, file) => sum + kb(file), 0) * 10) / 10,
    files: [...files].sort(),
  });
  const reach = (name: string, files = new Set<string>(), seen = new Set<string>()): Set<string> => {
    const chunk = manifest[name];
    if (!chunk || seen.has(name)) return files;
    seen.add(name);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) reach(next, files, seen);
    return files;
  };
  const named = (ending: string): string => {
    const found = Object.keys(manifest).find((name) => name.endsWith(ending));
    if (!found) throw new Error(`no chunk of ${ending} in the build`);
    return found;
  };
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry);
  if (!entry) throw new Error("the build has no entry");
  const main = reach(entry);
  reach(named("auth/AuthPage.tsx"), main);
  const detail = reach(named("app/Shell.tsx"), reach(named("workflow/WorkflowPage.tsx")));
  const scene = new Set([...reach(named("scene/scene.tsx"))].filter((file) => !main.has(file) && !detail.has(file)));
  const rest = new Set<string>();
  const late = (name: string): boolean => /features\/terminal\/|i18n\/(en|ar)-terminal/.test(name);
  for (const name of Object.keys(manifest)) if (!late(name)) reach(name, rest);
  const terminal = new Set(
    Object.keys(manifest)
      .filter(late)
      .flatMap((name) => [...reach(name)])
      .filter((file) => !rest.has(file)),
  );
  const all = readdirSync(join(outDir, "assets")).filter((file) => /\.(js|css)$/.test(file));
  const weighed = all.map((file) => [file, kb(`assets/${file}`)] as const).sort((a, b) => b[1] - a[1]);
  const counted = weighed.filter(([file]) => !terminal.has(`assets/${file}`));
  const totalKb = Math.round(counted.reduce((sum, [, one]) => sum + one, 0) * 10) / 10;
  return {
    main: weigh(main),
    scene: weigh(scene),
    terminal: weigh(terminal),
    totalKb,
    chunks: Object.fromEntries(weighed),
  };
}
