import { expect, test } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import { destroy } from "./destroy.ts";

const projectId = newId("prj");
const [one, two] = [newId("wf"), newId("wf")];

/** Stand-ins that note in which order they are asked; the first container cannot be ended. */
function parts(used: readonly string[]) {
  const asked: string[] = [];
  const object = {
    destroy: async (workflowId: string | null) => {
      asked.push(`files of ${workflowId ?? "all"}`);
      return used;
    },
  };
  const container = (workflowId: string) => ({
    destroy: async () => {
      asked.push(workflowId);
      if (workflowId === one) throw new Error("it is not there");
    },
  });
  return {
    asked,
    // SAFETY: nothing else of them is called.
    objectOf: (() => object) as never,
    containerOf: (({ workflowId }: { workflowId: string }) => container(workflowId)) as never,
  };
}

test("NFR-S3.4: erasing workspaces ends the containers that may hold their files", async () => {
  const whole = parts([one, two]);
  await destroy({ projectId, workflowId: null }, whole);
  expect(whole.asked).toEqual(["files of all", one, two]);
  const single = parts([two]);
  await destroy({ projectId, workflowId: two }, single);
  expect(single.asked).toEqual([`files of ${two}`, two]);
});

test("without containers the files go; ids of another form reach nothing", async () => {
  const none = parts([one]);
  await destroy({ projectId, workflowId: one }, { ...none, containerOf: null });
  expect(none.asked).toEqual([`files of ${one}`]);
  const bad = parts([one]);
  await destroy({ projectId: "../prj", workflowId: null }, bad);
  await destroy({ projectId, workflowId: "wf_1 OR 1=1" }, bad);
  expect(bad.asked).toEqual([]);
});
