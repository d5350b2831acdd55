/** `npm run bench -- <name>`: runs bench/<name>.ts on the pinned Node; its last line is one line of JSON. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { ensureInstalled } from "./lib/install.mjs";
import { at, NODE } from "./lib/paths.mjs";
import { runMain, Stop } from "./lib/say.mjs";

await runMain(async () => {
  const [name, ...args] = process.argv.slice(2);
  const names = readdirSync(at("bench")).flatMap((file) => (file.endsWith(".ts") ? [file.slice(0, -3)] : []));
  if (name === undefined || !names.includes(name)) {
    throw new Stop(`Which benchmark? npm run bench -- ${names.length > 0 ? names.join(" | ") : "<name>"}`);
  }
  await ensureInstalled();
  if (!existsSync(NODE)) throw new Stop("The pinned Node is missing: run npm ci.");
  const child = spawn(NODE, [at("bench", `${name}.ts`), ...args], { cwd: at(), stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
});
