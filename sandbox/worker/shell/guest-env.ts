import { SCRATCH, WORKSPACE } from "../files/paths.ts";

/** Environment of every command: nothing of the host's. */
export const GUEST_ENV = {
  HOME: WORKSPACE,
  USER: "user",
  LOGNAME: "user",
  SHELL: "/bin/bash",
  PATH: "/usr/bin:/bin",
  LANG: "C.UTF-8",
  TMPDIR: SCRATCH,
  TZ: "UTC",
  TERM: "dumb",
} as const;
