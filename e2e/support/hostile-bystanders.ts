import { expect } from "vitest";
import { newPlace, type Place, resultTexts, runToEnd, upload, view } from "./journey.ts";

const BEAT_MS = 150;
/** Room for many works, where models cost something. */
const BUDGET_MICROS = 1_000_000_000;
const CAP_MICROS = 5_000_000;
const OURS = "Invoice,Client,Amount\nINV-1,Alpha,100.500\nINV-2,Beta,20.250\nINV-3,Gamma,7.000\n";
const THEIRS = "Invoice,Client,Amount\nINV-1,Alpha,100.500\nINV-2,Beta,21.250\nINV-4,Delta,9.000\n";

/** People who have nothing to do with any of it: they work from start to end, one work after another, and look around. */
export class Bystanders {
  /** Milliseconds from proposing a workflow to its end. */
  readonly works: number[] = [];
  /** Milliseconds of small requests. */
  readonly beats: number[] = [];
  readonly #running: Promise<void>[];
  #isOver = false;
  #wrong: unknown = null;

  private constructor(totals: Place, program: Place, visitor: Place) {
    this.#running = [
      this.#repeat(this.works, 0, () => totalOf(totals)),
      this.#repeat(this.works, 0, () => programOf(program)),
      this.#repeat(this.beats, BEAT_MS, () => visitor.client.get("/api/health")),
      this.#repeat(this.beats, BEAT_MS, () => visitor.client.get("/api/projects")),
    ];
  }

  static async start(baseUrl: string): Promise<Bystanders> {
    const [totals, program, visitor] = await Promise.all([newPlace(baseUrl), newPlace(baseUrl), newPlace(baseUrl)]);
    for (const { client, projectId } of [totals, program])
      await client.patch(`/api/projects/${projectId}/budget`, { budgetMicros: BUDGET_MICROS });
    return new Bystanders(totals, program, visitor);
  }

  /** Lets what runs come to its end. Rejects with the first thing that went wrong for one of them. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
    if (this.#wrong !== null) throw this.#wrong;
  }

  async #repeat(times: number[], pauseMs: number, once: () => Promise<unknown>): Promise<void> {
    while (!this.#isOver) {
      const began = Date.now();
      try {
        await once();
      } catch (error) {
        this.#wrong ??= error;
        return;
      }
      times.push(Date.now() - began);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

const propose = async (place: Place, message: string, files: readonly (readonly [string, string])[]) => {
  const fileIds: string[] = [];
  for (const [name, content] of files) fileIds.push((await upload(place, name, content)).id);
  const { client, projectId } = place;
  return await client.post<{ id: string }>(`/api/projects/${projectId}/workflows`, { message, fileIds });
};

async function totalOf(place: Place): Promise<void> {
  const csv = "Client,Amount\nNoor,10.500\nGulf,20.250\nNoor,1.125\n";
  const { id } = await propose(place, "Total amount by client", [["sales.csv", csv]]);
  await runToEnd(place.client, id, CAP_MICROS);
  const texts = [...(await resultTexts(place.client, await view(place.client, id))).values()].join("\n");
  for (const total of ["11.625", "20.250", "31.875"]) expect(texts).toContain(total);
}

async function programOf(place: Place): Promise<void> {
  const files = [
    ["ours.csv", OURS],
    ["theirs.csv", THEIRS],
  ] as const;
  const { id } = await propose(place, "Write a program that reconciles these two CSV files, with tests", files);
  await runToEnd(place.client, id, CAP_MICROS);
  const proven = (await view(place.client, id)).plan?.nodes.filter((node) => node.proof === "tests") ?? [];
  expect(proven.length).toBeGreaterThan(0);
  for (const node of proven)
    expect(node.evidence).toContainEqual(expect.objectContaining({ type: "tests", failed: 0 }));
}
