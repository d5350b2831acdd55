import { existsSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { bundleSandbox } from "./e2e/harness/sandbox-bundle.ts";

const OUTSIDE = ["**/node_modules/**", "**/dist/**", ".state/**", ".wrangler/**"];

/**
 * Four projects, one per kind of proof:
 * - unit: pure modules in Node.
 * - workerd: `*.workerd.test.ts` inside the real runtime, with D1, R2, objects and the sandbox Worker beside it.
 * - sandbox: the same for the sandbox Worker, inside its own configuration.
 * - e2e: `e2e/**` black-box against `npm start` and Chromium.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          environment: "node",
          include: ["**/*.test.{ts,tsx,mjs}"],
          exclude: [...OUTSIDE, "**/*.workerd.test.ts"],
          testTimeout: 10_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: existsSync("./migrations") ? await readD1Migrations("./migrations") : [],
                MASTER_KEY_V1: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                AUTH_SECRET: "only-for-tests-only-for-tests-only-for-tests",
                MODEL_PROVIDER: "offline",
              },
              workers: [await bundleSandbox()],
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["**/*.workerd.test.ts"],
          exclude: [...OUTSIDE, "sandbox/**"],
          setupFiles: ["./e2e/harness/workerd-setup.ts"],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: "./sandbox/wrangler.toml" } })],
        test: {
          name: "sandbox",
          include: ["sandbox/**/*.workerd.test.ts"],
          exclude: OUTSIDE,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          include: ["e2e/**/*.e2e.ts"],
          exclude: OUTSIDE,
          globalSetup: ["./e2e/harness/global-setup.ts"],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
