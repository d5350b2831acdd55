import type { EffectView, WorkflowView } from "../../shared/api/workflows.ts";
import type { RunMode } from "../../shared/workflow/effects.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import { type FakeService, type FakeServiceOptions, startFakeService } from "../fakes/service.ts";
import { type App, startApp } from "../harness/app.ts";
import type { Client } from "../harness/client.ts";
import { follow, isAtRest, type Place, plannedView, upload, view } from "./journey.ts";

export const TOKEN = "office-token-7f3a9c";

export interface OutsideApp {
  readonly app: App;
  readonly fake: FakeService;
  stop(): Promise<void>;
}

/** What HTTP_SERVICES says of the fake: bookings with keys and a way back, notices that only a person can look up. */
export function servicesOf(url: string): string {
  const at = { baseUrl: url, credential: `Bearer ${TOKEN}` };
  return JSON.stringify([
    {
      ...at,
      name: "bookings",
      label: { en: "Bookings", ar: "الحجوزات" },
      description: "Books tables: POST /bookings {name, date, seats}.",
      idempotency: "header",
      undo: { method: "DELETE", path: "/bookings/{reference}" },
    },
    {
      ...at,
      name: "notices",
      label: { en: "Notices", ar: "الإشعارات" },
      description: "Tells the staff: POST /notices.",
    },
    {
      ...at,
      name: "later",
      label: { en: "Agenda", ar: "المواعيد" },
      description: "Keeps appointments: POST /bookings {name, date}.",
      credential: "",
    },
    {
      ...at,
      name: "archive",
      label: { en: "Archive", ar: "الأرشيف" },
      description: "Keeps records: POST /records.",
      // Nobody listens there.
      baseUrl: "http://127.0.0.1:9",
    },
  ]);
}

/** The fake booking service and an app that may use it. */
export async function startOutside(
  env: Readonly<Record<string, string>> = {},
  options: FakeServiceOptions = {},
): Promise<OutsideApp> {
  const fake = await startFakeService({ token: TOKEN, ...options });
  const app = await startApp({ env: { HTTP_SERVICES: servicesOf(fake.url), ...env } });
  return {
    app,
    fake,
    async stop() {
      await app.stop();
      await fake.close();
    },
  };
}

/** Asks for a workflow over one table; gives it planned. */
export async function proposeOver(
  place: Place,
  message: string,
  csv: string,
  locale: "en" | "ar" = "en",
): Promise<WorkflowView> {
  const file = await upload(place, locale === "ar" ? "قائمة.csv" : "list.csv", csv);
  const { id } = await place.client.post<WorkflowView>(`/api/projects/${place.projectId}/workflows`, {
    message,
    fileIds: [file.id],
    locale,
  });
  return await plannedView(place.client, id);
}

export const approveAs = (client: Client, planned: WorkflowView, mode?: RunMode): Promise<WorkflowView> =>
  client.post<WorkflowView>(`/api/workflows/${planned.id}/approve`, {
    planVersion: planned.plan?.version ?? 0,
    capMicros: 2_000_000,
    ...(mode ? { mode } : {}),
  });

export const openApprovals = (state: WorkflowState) => state.approvals.filter((one) => one.status === "open");

/** Waits until so many writes wait for a person; gives them as the view shows them. */
export async function waitingApprovals(client: Client, workflowId: string, count: number) {
  await follow(client, workflowId, (state) => openApprovals(state).length >= count || isAtRest(state));
  const shown = await view(client, workflowId);
  return shown.approvals.filter((one) => one.status === "open");
}

export const decide = (
  client: Client,
  workflowId: string,
  approvalId: string,
  decision: "approved" | "rejected",
  values?: Readonly<Record<string, unknown>>,
): Promise<WorkflowView> =>
  client.post<WorkflowView>(`/api/workflows/${workflowId}/approvals/${approvalId}`, {
    decision,
    ...(values ? { arguments: values } : {}),
  });

export const effectsOf = async (client: Client, workflowId: string): Promise<readonly EffectView[]> =>
  (await client.get<{ items: EffectView[] }>(`/api/workflows/${workflowId}/effects`)).items;

/** Waits for the end of a run. @throws Error unless it completes */
export async function completed(client: Client, workflowId: string, patienceMs?: number): Promise<WorkflowView> {
  await follow(client, workflowId, isAtRest, patienceMs);
  const shown = await view(client, workflowId);
  if (shown.status !== "completed")
    throw new Error(`It did not complete: ${shown.status} ${JSON.stringify(shown.error)}`);
  return shown;
}
