import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { queryClient } from "./api/client.ts";
import { App } from "./app/App.tsx";
import { showLocale, showTheme } from "./i18n/i18n.ts";
import { reloadOnce } from "./realtime/reload-once.ts";
import { settingsStore } from "./stores/settings-store.ts";
import "./styles.css";

settingsStore.subscribe((now, before) => {
  if (now.theme !== before.theme) showTheme();
});
matchMedia("(prefers-color-scheme: light)").addEventListener("change", showTheme);
showTheme();

// After a release an open page may ask for a part that is gone. Without a network a reload would lose the page.
addEventListener("vite:preloadError", (event) => {
  if (navigator.onLine && reloadOnce()) event.preventDefault();
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const shown = createRoot(root);

void showLocale(settingsStore.getState()).then(() =>
  shown.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  ),
);
