import { readdirSync, readFileSync } from "node:fs";

const PAGE_BYTES = 4096;

interface Process {
  readonly pid: number;
  readonly started: number;
  readonly rssBytes: number;
  readonly zombie: boolean;
}

/** Everything that runs here with our own user, from /proc. The machine is ours alone: one workspace, one command. */
function processes(): Process[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      // The command's name stands in parentheses and may hold anything, parentheses too.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [
        {
          pid: Number(name),
          started: Number(fields[19]),
          rssBytes: Number(fields[21]) * PAGE_BYTES,
          zombie: fields[0] === "Z",
        },
      ];
    } catch {
      return [];
    }
  });
}

const own = processes().find(({ pid }) => pid === process.pid);
const identity = ({ pid, started }: Process): string => `${pid} ${started}`;
/** Processes that were there before the box, its own ancestors among them, are none of a command's. */
const before = new Set(processes().map(identity));

/** What the command started, whatever became of its parents, sessions and groups. */
function ofCommand(): Process[] {
  return processes().filter(
    (one) => !before.has(identity(one)) && one.pid !== process.pid && !one.zombie && one.started >= (own?.started ?? 0),
  );
}

export const memoryOfCommand = (): number => ofCommand().reduce((sum, { rssBytes }) => sum + rssBytes, 0);

/** Ends all of it: stopped first, so that nothing new is started between the look and the kill. */
export async function endCommand(): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    const left = ofCommand();
    if (left.length === 0) return;
    for (const { pid } of left) signal(pid, "SIGSTOP");
    for (const { pid } of left) signal(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone meanwhile.
  }
}
