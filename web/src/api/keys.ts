/** Every key of the query cache. */
export const keys = {
  me: ["me"] as const,
  sessions: ["sessions"] as const,
  projects: ["projects"] as const,
  project: (projectId: string) => ["project", projectId] as const,
  budget: (projectId: string) => ["project", projectId, "budget"] as const,
  members: (projectId: string) => ["project", projectId, "members"] as const,
  messages: (projectId: string) => ["project", projectId, "messages"] as const,
  workflows: (projectId: string) => ["project", projectId, "workflows"] as const,
  workflow: (workflowId: string) => ["workflow", workflowId] as const,
  workflowAt: (workflowId: string, version: number) => ["workflow", workflowId, "at", version] as const,
  events: (workflowId: string) => ["workflow", workflowId, "events"] as const,
  sites: (projectId: string) => ["project", projectId, "sites"] as const,
  site: (siteId: string) => ["site", siteId] as const,
  shares: (workflowId: string) => ["workflow", workflowId, "shares"] as const,
  shared: (token: string) => ["shared", token] as const,
  artifact: (workflowId: string, artifactId: string) => ["workflow", workflowId, "artifact", artifactId] as const,
};
