import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./http.ts";

/** Refusals are final; a request that never arrived or met a 5xx is tried again twice. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.offline || error.body.status >= 500),
      retryDelay: (count) => 500 * 2 ** count,
    },
    mutations: { retry: false },
  },
});
