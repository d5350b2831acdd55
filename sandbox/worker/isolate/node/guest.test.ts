import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { expect, it } from "vitest";

const GUEST_FOLDER = join(import.meta.dirname, "guest");
const READS_STACK = "try{n=e.stack}catch{}";

/** Errors that the engine made itself get their stack in V8's form (guest/errors.js) before they are shown. */
const fixedStacks: Plugin = {
  name: "fixed-stacks",
  setup({ onLoad }) {
    onLoad({ filter: /node-inspect-extracted\/dist\/inspect\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (source.split(READS_STACK).length !== 2) throw new Error("node-inspect-extracted reads stacks otherwise now");
      const fix = READS_STACK.replace("{n", '{require("./errors.js").fixStack(e);n');
      return { contents: source.replace(READS_STACK, fix), resolveDir: GUEST_FOLDER };
    });
  },
};

/** `vitest run --project unit sandbox/worker/isolate/node/guest.test.ts -u` writes it anew after a change in guest/. */
it("guest.generated.ts is what guest/ gives", async () => {
  const result = await build({
    entryPoints: [join(GUEST_FOLDER, "main.js")],
    bundle: true,
    plugins: [fixedStacks],
    write: false,
    format: "iife",
    globalName: "guest",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2023",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    define: { global: "globalThis" },
    banner: { js: "(function (bridge, config) {" },
    footer: { js: "return guest.internals; })" },
  });
  const source = result.outputFiles[0]?.text ?? "";
  const file = [
    "/** guest/ as one script, to be evaluated inside the guest: a function of the bridge and of the settings. Among it:",
    " *  buffer 6.0.3, base64-js, ieee754, path-browserify 1.0.1, node-inspect-extracted 3.3.3, @pkgjs/parseargs 0.11.0",
    " *  (MIT). Written by guest.test.ts. */",
    `export const GUEST = ${JSON.stringify(source)};`,
    "",
  ].join("\n");
  await expect(file).toMatchFileSnapshot("./guest.generated.ts");
});
