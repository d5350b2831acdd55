/** Who asks. Every query that answers a person takes one, so that forgetting the tenant does not compile. */
export interface UserScope {
  readonly userId: string;
}

/** A project whose membership has been checked for this request. */
export interface ProjectScope {
  readonly projectId: string;
}
