/** Lifts the body of an event of schema n to n + 1; `at` is when it was written. */
export type Upcaster = (name: string, data: unknown, at: string) => { name: string; data: unknown };

/**
 * Schema 2 knows effects, rehearsals and deadlines: approvals and questions say when they were asked and lapse,
 * an approved plan says whether it runs live. Nothing of that existed before, so old rows get what they meant.
 */
const toSchema2: Upcaster = (name, data, at) => {
  if (!isRecord(data)) return { name, data };
  switch (name) {
    case "plan.approved":
      return { name, data: { ...data, mode: "live" } };
    case "question.asked":
      return { name, data: { ...data, effectId: null, remindAt: null, reminded: false, deadline: null } };
    case "approval.requested":
      return {
        name,
        data: {
          ...data,
          toolCallId: null,
          preview: null,
          requestedAt: at,
          remindAt: null,
          reminded: false,
          onDeadline: null,
          decidedBy: null,
          decidedAt: null,
        },
      };
    default:
      return { name, data };
  }
};

/** Schema 3 knows what became of code: reports of runs, provenance, removed results. All of it may be absent. */
const toSchema3: Upcaster = (name, data) => ({ name, data });

/** `UPCASTERS[n]` lifts an event of schema n to n + 1. */
export const UPCASTERS: Readonly<Record<number, Upcaster>> = { 1: toSchema2, 2: toSchema3 };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
