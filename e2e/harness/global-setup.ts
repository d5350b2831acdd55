import type { TestProject } from "vitest/node";
import { startApp } from "./app.ts";

/** One app for all browser and API tests: each test signs up a person of its own, so nothing is shared but the server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const app = await startApp();
  project.provide("baseUrl", app.baseUrl);
  return () => app.stop();
}

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the shared app: `inject("baseUrl")`. */
    baseUrl: string;
  }
}
