/** The container of one workspace, as the adapter needs it. Both may throw when the container cannot be had. */
export interface BoxPort {
  /** One HTTP exchange with the box (sandbox/image/box), which is started when it is not there. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** Sets what may be reached from now on; empty: nothing. */
  allow(hosts: readonly string[]): Promise<void>;
  /** Ends the container; the next exchange starts a new one. */
  destroy(): Promise<void>;
}

/** The container could not be had, or broke off; the message is for the log. */
export class BoxUnavailable extends Error {
  override readonly name = "BoxUnavailable";
}
