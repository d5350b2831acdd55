const KEY = "nexus.project";

/** The project this browser was in last. */
export const lastProject = {
  get: (): string | null => localStorage.getItem(KEY),
  set: (projectId: string): void => localStorage.setItem(KEY, projectId),
  forget: (): void => localStorage.removeItem(KEY),
};
