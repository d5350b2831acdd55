/** The client's dev server with hot reload; `/api` and its sockets go to the API Worker. Started by .dev/start.mjs --watch. */
import { createServer } from "vite";
import { at } from "./lib/paths.mjs";

process.once("message", async ({ port, apiPort }) => {
  const server = await createServer({
    configFile: at("web", "vite.config.ts"),
    clearScreen: false,
    server: {
      host: "127.0.0.1",
      port,
      strictPort: true,
      // The Host header stays: the API compares it with the request's Origin.
      proxy: { "/api": { target: `http://127.0.0.1:${apiPort}`, ws: true, changeOrigin: false } },
    },
  });
  await server.listen();
});
process.on("disconnect", () => process.exit(0));
