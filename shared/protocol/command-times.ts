/**
 * The clocks of one command, each inside the next, so that who waits never calls hanging what is merely slow, ms.
 * A command's wall time is at most `ownMs + lostMs`.
 */
export const COMMAND_TIMES = {
  /** What a command may compute by itself (`ExecLimits.timeMs`) unless the caller has a reason for another time. */
  ownMs: 20_000,
  /** What it may lose beyond that to others on the same thread before it is ended. */
  lostMs: 60_000,
  /** Beyond its own time: the project's object gives up a runner that is silent for this long. */
  silenceMs: 90_000,
  /** Who asked waits so long: for its turn and its files, for a container that starts, and for the object giving up. */
  answerMs: 130_000,
  /**
   * A runtime that does not even answer its supervisor is ended after 60 s (.dev/start.mjs). A call that breaks off no
   * sooner than this was most likely what kept it busy, and is not made again.
   */
  hungMs: 55_000,
} as const;
