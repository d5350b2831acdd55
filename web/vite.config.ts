import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

const root = new URL(".", import.meta.url).pathname;

export default defineConfig(({ mode }) => {
  const api = loadEnv(mode, root, "").VITE_API ?? "http://localhost:8787";
  return {
    root,
    plugins: [react(), tailwind()],
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
