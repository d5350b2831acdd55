/** Whose work runs: the test that runs now, so that what it leaves behind (timers, dropped promises) is its own. */
export const owner = {
  current: null,
  /** Set by the test harness: takes an exception nobody caught; true when it has dealt with it. */
  takeError: null,
  /** Set by the test harness: the program ends itself, so what has not run never will. */
  endTests: null,
};
