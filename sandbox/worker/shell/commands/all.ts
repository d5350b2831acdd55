import type { CustomCommand } from "just-bash/browser";
import { absent } from "./absent.ts";
import { gzipCommands } from "./gzip.ts";
import type { CommandHost } from "./host.ts";
import { nodeCommand } from "./node.ts";
import { npmCommand } from "./npm.ts";
import { pulseCommand } from "./pulse.ts";
import { smallCommands } from "./small.ts";
import { tarCommand } from "./tar.ts";
import { unzipCommand, zipCommand } from "./zip.ts";

/** The commands that are ours: what the shell lacks, and plain words for what cannot be here. */
export function commandsFor(host: CommandHost): CustomCommand[] {
  return [
    pulseCommand(host),
    nodeCommand(host),
    npmCommand(host),
    ...gzipCommands(host),
    tarCommand(host),
    zipCommand(host),
    unzipCommand(host),
    ...smallCommands(host),
    ...absent,
  ];
}
