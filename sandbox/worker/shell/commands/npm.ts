import { type CustomCommand, defineCommand } from "just-bash/browser";
import { z } from "zod";
import { failed } from "../bytes.ts";
import { type CommandHost, readFile } from "./host.ts";

const Package = z.object({ scripts: z.record(z.string(), z.string()).optional() });

/** `npm test`, `npm start` and `npm run name`, which are lines of the shell; nothing that needs packages. */
export const npmCommand = (host: CommandHost): CustomCommand =>
  defineCommand("npm", async (args, context) => {
    const [verb = "", second = ""] = args.filter((arg) => !arg.startsWith("-"));
    const name = verb === "run" || verb === "run-script" ? second : verb === "t" ? "test" : verb;
    if (!["run", "run-script", "test", "t", "start"].includes(verb) || context.exec === undefined) {
      const words = "packages cannot be installed here. What runs: npm test, npm start, npm run <script>, node file.js";
      return failed("npm", words, 127);
    }
    const path = context.fs.resolvePath(context.cwd, "package.json");
    let script: string | undefined;
    try {
      const found = Package.parse(JSON.parse(new TextDecoder().decode(await readFile(host, path))));
      script = Object.entries(found.scripts ?? {}).find(([each]) => each === name)?.[1];
    } catch {
      return failed("npm", "there is no package.json that can be read in this folder");
    }
    if (script === undefined) return failed("npm", `package.json has no script "${name}"`);
    return context.exec(script, { cwd: context.cwd });
  });
