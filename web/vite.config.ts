import { compileMessage } from "@lingui/message-utils/compileMessage";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type Plugin } from "vite";
import { arFiles } from "./src/i18n/ar-files.ts";
import { arMade } from "./src/i18n/ar-made.ts";
import { arRun } from "./src/i18n/ar-run.ts";
import { arStart } from "./src/i18n/ar-start.ts";
import { arTerminal } from "./src/i18n/ar-terminal.ts";
import { arWork } from "./src/i18n/ar-work.ts";
import { enFiles } from "./src/i18n/en-files.ts";
import { enMade } from "./src/i18n/en-made.ts";
import { enRun } from "./src/i18n/en-run.ts";
import { enStart } from "./src/i18n/en-start.ts";
import { enTerminal } from "./src/i18n/en-terminal.ts";
import { enWork } from "./src/i18n/en-work.ts";

const root = new URL(".", import.meta.url).pathname;

/** Compiles the catalogues when the client is built: the parser of ICU messages stays out of it. */
function compiledCatalogues(): Plugin {
  const parts: Record<string, Record<string, Record<string, string>>> = {
    "en-start": { enStart },
    "en-work": { enWork },
    "en-run": { enRun },
    "ar-start": { arStart },
    "ar-work": { arWork },
    "ar-run": { arRun },
    "en-files": { enFiles },
    "en-made": { enMade },
    "en-terminal": { enTerminal },
    "ar-files": { arFiles },
    "ar-made": { arMade },
    "ar-terminal": { arTerminal },
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

/** The first screens and the modules they show; web/public/early.js has them fetched along with the entry. */
const SCREENS: Readonly<Record<string, readonly string[]>> = {
  guest: ["/src/features/auth/AuthPage.tsx"],
  member: ["/src/app/Shell.tsx"],
  chat: ["/src/app/Shell.tsx", "/src/features/chat/ChatPage.tsx"],
  plan: ["/src/features/plan/PlanCard.tsx"],
};

/** What is fetched together. Pages and what is fetched late stay chunks of their own. */
const GROUPS = [
  {
    name: "base",
    priority: 3,
    test: /\/node_modules\/(react|react-dom|scheduler|react-router|zustand|@tanstack\/(react-query|query-core)|@lingui)\/|\/lucide-react\/dist\/esm\/(createLucideIcon|Icon|defaultAttributes|context|shared|icons\/(languages|moon|sun)\.)|\/web\/src\/(api\/(client|http|keys|me|projects)|stores\/(settings|toast|announce)-store)\.ts|\/web\/src\/i18n\/(i18n|format|parts|en(-start|-work|-run)?\.ts)|\/web\/src\/features\/ui\/(Button|Field|States|Status|Toaster|classes)\.tsx?$|\/web\/src\/app\/(Logo|last-project|left)\.tsx?$|\/web\/src\/realtime\/reload-once/,
  },
  {
    name: "member",
    priority: 2,
    test: /\/web\/src\/(app\/(?!(Shell|App|NotFoundPage|Guards|ErrorBoundary)\.tsx)|realtime\/(project-live|socket)|stores\/(chat|draft|upload)-store|api\/(files|messages|workflows|sse))|\/web\/src\/features\/(chat\/(?!ChatPage)|ui\/(?!MarkdownText|Segmented))|\/web\/src\/features\/plan\/LatePlanCard|\/shared\/errors\/|partysocket/,
  },
  {
    name: "files",
    priority: 1,
    test: /\/web\/src\/(features\/files\/(?!forget-uploads)|api\/(library|uploads)\.ts)/,
  },
  {
    name: "sites",
    priority: 1,
    test: /\/web\/src\/features\/(publish\/(?!site-arguments)|share\/ShareSheet)/,
  },
  {
    name: "plan",
    priority: 1,
    test: /\/web\/src\/(features\/plan\/(?!PlanCard)|features\/workflow\/(Decisions|Stages|use-workflow)|features\/ui\/Segmented|realtime\/workflow-live|stores\/live-log)|\/shared\/workflow\//,
  },
];

/** Writes the chunks of each first screen into index.html: they wait neither for the entry nor for each other. */
function earlyParts(): Plugin {
  return {
    name: "early-parts",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
        const reach = (file: string, seen: Set<string>): Set<string> => {
          if (seen.has(file)) return seen;
          seen.add(file);
          for (const next of chunks.find((one) => one.fileName === file)?.imports ?? []) reach(next, seen);
          return seen;
        };
        const entry = chunks
          .filter((one) => one.isEntry)
          .reduce((seen, one) => reach(one.fileName, seen), new Set<string>());
        const parts = Object.entries(SCREENS).map(([screen, modules]) => {
          const seen = new Set<string>();
          for (const module of modules) {
            const chunk = chunks.find((one) => one.moduleIds.some((id) => id.endsWith(module)));
            if (!chunk) throw new Error(`no chunk of ${module} in the build`);
            reach(chunk.fileName, seen);
          }
          return [screen, [...seen].filter((file) => !entry.has(file)).map((file) => `/${file}`)] as const;
        });
        const json = JSON.stringify(Object.fromEntries(parts)).replaceAll('"', "&quot;");
        return html.replace('data-parts="{}"', `data-parts="${json}"`);
      },
    },
  };
}

export default defineConfig(({ mode }) => {
  const api = loadEnv(mode, root, "").VITE_API ?? "http://localhost:8787";
  return {
    root,
    plugins: [compiledCatalogues(), earlyParts(), react(), tailwind()],
    server: { proxy: { "/api": { target: api, ws: true } } },
    build: {
      outDir: "dist",
      emptyOutDir: true,
      target: "es2022",
      // The content security policy allows files of this origin only: nothing may be inlined as data.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1100,
      // Few files rather than many small ones: each costs a phone on a slow network as much as its bytes do.
      rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
    },
  };
});
