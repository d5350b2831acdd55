import { defineConfig } from "drizzle-kit";

/** `drizzle-kit generate` writes the next file of migrations/ from the schema; files there are never edited. */
export default defineConfig({ dialect: "sqlite", schema: "./worker/db/schema.ts", out: "./migrations" });
