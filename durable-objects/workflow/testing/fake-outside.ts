import { err, ok } from "../../../shared/lib/result.ts";
import type { EffectClass, EffectOutcome } from "../../../shared/workflow/effects.ts";
import type { OutsideAction, OutsideTool, ServiceInfo } from "../effects/port.ts";

export const DESK: ServiceInfo = {
  name: "desk",
  label: { en: "Front desk", ar: "مكتب الاستقبال" },
  description: "Bookings",
  ready: true,
};

export interface Request {
  readonly key: string;
  readonly what: string;
  readonly undo: boolean;
}

type Answer = (request: Request, count: number) => EffectOutcome | Promise<EffectOutcome>;

export const DONE = (reference = "b1"): EffectOutcome => ({
  kind: "done",
  receipt: { reference, link: null, detail: "booked", undo: { reference } },
});
export const FAILED = (code: string, seconds?: number): EffectOutcome => ({
  kind: "failed",
  failure: { code, params: { service: "Front desk", ...(seconds === undefined ? {} : { seconds }) }, technical: "" },
});
export const UNKNOWN: EffectOutcome = { kind: "unknown", detail: "no answer" };

/** A service that keeps what reached it, and a tool to call it; what it answers is the test's to say. */
export class FakeDesk {
  readonly requests: Request[] = [];
  readonly reads: string[] = [];
  answer: Answer;

  constructor(answer: Answer = () => DONE()) {
    this.answer = answer;
  }

  get sent(): Request[] {
    return this.requests.filter((one) => !one.undo);
  }

  /** Input: {what, service?}. `book` writes as `effectClass` says; a `what` that begins with "look" only reads. */
  tool(effectClass: Exclude<EffectClass, "read"> = "write", changes: Partial<OutsideTool> = {}): OutsideTool {
    const reach = async (request: Request) => {
      this.requests.push(request);
      return this.answer(request, this.requests.filter((one) => one.key === request.key).length);
    };
    return {
      name: "book",
      description: "Books",
      inputSchema: { type: "object" },
      parse({ what, service = "desk" }) {
        if (typeof what !== "string" || typeof service !== "string") return err("what must be a text");
        const read = what.startsWith("look");
        const action: OutsideAction = {
          effectClass: read ? "read" : effectClass,
          service,
          action: read ? "GET /bookings" : "POST /bookings",
          target: "/bookings",
          summary: `Book ${what}`,
          arguments: { what: what.trim() },
          reversible: true,
        };
        return ok(action);
      },
      read: async (action) => {
        this.reads.push(String(action.arguments.what));
        return { ok: true, output: "free at ten" };
      },
      send: (action, { key }) => reach({ key, what: String(action.arguments.what), undo: false }),
      undo: (action, _receipt, { key }) => reach({ key, what: String(action.arguments.what), undo: true }),
      ...changes,
    };
  }
}
