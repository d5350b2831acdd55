/** CapacityObject, the one named "global": which workflows run, and which wait for room. */
export interface CapacityRpc {
  /**
   * Asks for room to run. A slot is held until `leave`; without room the workflow is queued, `position` from 1. Asking
   * again changes nothing, and finds a grant that was not heard of.
   */
  enter(claim: {
    workflowId: string;
    projectId: string;
    userId: string;
  }): Promise<{ readonly granted: true } | { readonly granted: false; readonly position: number }>;
  /** Gives up slot or place in the queue; harmless when there is none. */
  leave(workflowId: string): Promise<void>;
  /** A running workflow says that it is there; one that is silent is asked. `held` false: it must enter again. */
  beat(workflowId: string): Promise<{ held: boolean }>;
  /** Place in the queue from 1; null for who does not wait. */
  position(workflowId: string): Promise<number | null>;
  load(): Promise<{ running: number; waiting: number }>;
}
