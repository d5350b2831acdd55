import { compileMessage } from "@lingui/message-utils/compileMessage";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type Plugin } from "vite";
import { arStart } from "./src/i18n/ar-start.ts";
import { arWork } from "./src/i18n/ar-work.ts";
import { enStart } from "./src/i18n/en-start.ts";
import { enWork } from "./src/i18n/en-work.ts";

const root = new URL(".", import.meta.url).pathname;

/** Compiles the catalogues when the client is built: the parser of ICU messages stays out of it. */
function compiledCatalogues(): Plugin {
  const parts: Record<string, Record<string, Record<string, string>>> = {
    "en-start": { enStart },
    "en-work": { enWork },
    "ar-start": { arStart },
    "ar-work": { arWork },
  };
  return {
    name: "compiled-catalogues",
    apply: "build",
    enforce: "pre",
    load(id) {
      const part = Object.entries(parts).find(([name]) => id.endsWith(`/src/i18n/${name}.ts`))?.[1];
      if (!part) return null;
      return Object.entries(part)
        .map(([name, texts]) => {
          const compiled = Object.entries(texts).map(([key, text]) => [key, compileMessage(text)]);
          return `export const ${name} = ${JSON.stringify(Object.fromEntries(compiled))};`;
        })
        .join("\n");
    },
  };
}

export default defineConfig(({ mode }) => {
  const api = loadEnv(mode, root, "").VITE_API ?? "http://localhost:8787";
  return {
    root,
    plugins: [compiledCatalogues(), react(), tailwind()],
    server: { proxy: { "/api": { target: api, ws: true } } },
    build: {
      outDir: "dist",
      emptyOutDir: true,
      target: "es2022",
      // The content security policy allows files of this origin only: nothing may be inlined as data.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1100,
    },
  };
});
