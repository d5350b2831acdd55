import { hashKey, queryOptions, useQuery } from "@tanstack/react-query";
import type { SessionView } from "../../../shared/api/auth.ts";
import type { MeView } from "../../../shared/api/me.ts";
import { queryClient } from "./client.ts";
import { ApiError, call } from "./http.ts";
import { keys } from "./keys.ts";

/** Null when nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }): Promise<MeView | null> => {
    try {
      return await call<MeView>("/me", { signal });
    } catch (error) {
      if (error instanceof ApiError && error.body.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const useMe = (): MeView | null | undefined => useQuery(meQuery).data;

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export async function signIn(input: Credentials): Promise<void> {
  await call("/auth/sign-in/email", { method: "POST", body: input });
  await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
}

export async function signUp(input: Credentials & { readonly name: string }): Promise<void> {
  await call("/auth/sign-up/email", { method: "POST", body: input });
  await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
}

/** Ends this session. */
export async function signOut(): Promise<void> {
  await call("/auth/sign-out", { method: "POST", body: {} });
}

export async function signOutEverywhere(): Promise<void> {
  await call("/auth/sign-out-everywhere", { method: "POST", body: {} });
}

/** Another person may use this browser next: nothing of the last one stays in memory. */
export function forget(): void {
  // This first, and on the query that is being watched: it is what makes every page of theirs give way to sign-in.
  queryClient.setQueryData(keys.me, null);
  queryClient.removeQueries({ predicate: ({ queryHash }) => queryHash !== hashKey(keys.me) });
  queryClient.getMutationCache().clear();
}

export const patchMe = (change: { name?: string; locale?: "en" | "ar" }): Promise<MeView> =>
  call<MeView>("/me", { method: "PATCH", body: change });

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: ({ signal }) => call<{ items: SessionView[] }>("/me/sessions", { signal }),
});

export const endSession = (sessionId: string): Promise<unknown> =>
  call(`/me/sessions/${sessionId}`, { method: "DELETE" });
