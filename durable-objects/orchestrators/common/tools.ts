import { GUEST_API, HOST_TOOLS, type HostTool } from "../../../shared/protocol/agent-tools.ts";
import type { PlanNode } from "../../../shared/workflow/plan.ts";
import type { ToolSpec } from "../../models/port.ts";
import type { Method } from "./method.ts";
import { SITES } from "./proof.ts";

type Schema = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: "string", description });
const list = (items: Schema, description: string): Schema => ({ type: "array", items, description });
const object = (properties: Record<string, Schema>, required: readonly string[]): Schema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const READING: readonly HostTool[] = ["list_files", "read_file", "search_files"];
const RUNNING: readonly HostTool[] = ["run_code", "run_command", "run_tests"];
const WORK_TOOLS: readonly HostTool[] = [...READING, "write_file", "patch_file", ...RUNNING];
/** A review reads, recomputes and runs; what its commands write is not kept, so it never changes what it judges. */
const REVIEW_TOOLS: readonly HostTool[] = [...READING, ...RUNNING];

/** The host's tools of a step. `sites`: it may look at live pages. */
export const hostToolsOf = (node: Pick<PlanNode, "stage">, sites: boolean): readonly HostTool[] => [
  ...(node.stage === "reviewing" ? REVIEW_TOOLS : WORK_TOOLS),
  ...(sites ? (["fetch_page"] as const) : []),
];

/** Tools of the built-in services, by name: offered only to steps that touch that very service. */
const SERVICE_OF: ReadonlyMap<string, string> = new Map([
  ["publish_site", SITES],
  ["allow_host", "internet"],
]);

/** Of the tools that reach outside, those of the services a step touches. */
export function outsideToolsOf(
  tools: readonly ToolSpec[],
  services: readonly { readonly name: string }[],
): readonly ToolSpec[] {
  const builtIn = new Set(SERVICE_OF.values());
  const others = services.some((one) => !builtIn.has(one.name));
  return tools.filter((tool) => {
    const own = SERVICE_OF.get(tool.name);
    return own === undefined ? others : services.some((one) => one.name === own);
  });
}

function hostTool(name: HostTool): ToolSpec {
  const tool = HOST_TOOLS[name];
  return {
    name,
    description: name === "run_code" ? `${tool.description}\n${GUEST_API}` : tool.description,
    inputSchema: object({ ...tool.input }, "required" in tool ? tool.required : []),
  };
}

const ASK_USER: ToolSpec = {
  name: "ask_user",
  description:
    "Ask the person one question that only they can answer and without which the result would be wrong. Give choices to tap where you can. Never ask what the request or the files say.",
  inputSchema: object(
    { question: text("In the person's language, plain words."), choices: list(text("A choice."), "At most 6.") },
    ["question"],
  ),
};

const FINISH: ToolSpec = {
  name: "finish",
  description:
    "The step is done. Every statement of the summary must rest on evidence that can be checked; unproven work is sent back.",
  inputSchema: object(
    {
      summary: text("What came out, in the person's language: figures, file names, and what could not be done."),
      evidence: list(
        {
          anyOf: [
            object(
              {
                type: { const: "run" },
                toolUseId: text('Id of a successful run_code or run_command call of yours; "last" for the latest.'),
                label: text("What it proves."),
              },
              ["type", "toolUseId", "label"],
            ),
            object({ type: { const: "artifact" }, name: text("A file you wrote."), label: text("What it is.") }, [
              "type",
              "name",
              "label",
            ]),
            object(
              {
                type: { const: "quote" },
                file: text('The file you read it in, or "request".'),
                text: text("The exact words."),
                label: text("What they prove."),
              },
              ["type", "file", "text", "label"],
            ),
            object(
              {
                type: { const: "receipt" },
                toolUseId: text('Id of your call that wrote to an outside service; "last" for the latest.'),
                label: text("What was done there."),
              },
              ["type", "toolUseId", "label"],
            ),
            object(
              {
                type: { const: "tests" },
                toolUseId: text('Id of a run_tests call of yours in which all tests passed; "last" for the latest.'),
                label: text("What the tests show."),
              },
              ["type", "toolUseId", "label"],
            ),
            object(
              {
                type: { const: "page" },
                toolUseId: text('Id of a fetch_page call of yours that found the page; "last" for the latest.'),
                label: text("What is seen there."),
              },
              ["type", "toolUseId", "label"],
            ),
          ],
        },
        "At least one.",
      ),
    },
    ["summary", "evidence"],
  ),
};

const VERDICT: ToolSpec = {
  name: "verdict",
  description: "Your judgement of every step under review, after you have checked it yourself with the tools.",
  inputSchema: object(
    {
      verdicts: list(
        object(
          {
            nodeId: text("The step's id."),
            accepted: { type: "boolean" },
            reasons: text("In the person's language. When rejected: what is wrong and what would make it right."),
            checks: list(
              object(
                { label: text("What was checked."), passed: { type: "boolean" }, detail: text("What was found.") },
                ["label", "passed", "detail"],
              ),
              "What you checked yourself, at least one.",
            ),
          },
          ["nodeId", "accepted", "reasons", "checks"],
        ),
        "One for every step under review.",
      ),
      summary: text(
        "The result for the person, in their language, plain words: what they have now, key figures, limits.",
      ),
    },
    ["verdicts", "summary"],
  ),
};

/** `agents` and `stages` are those of the method; `services` what steps of this deployment may reach. */
export function planSpec(
  { agents, stages }: Pick<Method, "agents" | "stages">,
  services: readonly { readonly name: string }[],
): ToolSpec {
  const touches =
    services.length === 0
      ? {}
      : { touches: list({ enum: services.map((one) => one.name) }, "Services the step reads or writes; else empty.") };
  const step = {
    id: { type: "string", pattern: "^[a-z0-9][a-z0-9_-]{0,39}$" },
    label: text("A few words, in the person's language."),
    type: { enum: ["agent", "task", "integration", "decision"] },
    agent: { enum: agents },
    stage: { enum: stages },
    dependsOn: list(text("A step's id."), "Steps whose results this one needs."),
    instructions: text("What to do, with which files and columns, and how to tell that it is right."),
    tier: { enum: ["fast", "standard", "deep"] },
    optional: { type: "boolean", description: "The result stays useful without this step." },
    proof: {
      enum: services.some((one) => one.name === SITES) ? ["none", "tests", "page"] : ["none", "tests"],
      description:
        "What the step cannot be finished without. tests: it writes a program, and tests of it ran green. page: it publishes a site, and the live page was looked at. none: any evidence that holds.",
    },
    ...touches,
  };
  return {
    name: "propose_plan",
    description: "The plan the person will see, price and approve.",
    inputSchema: object(
      {
        title: text("A short name for the work, in the person's language."),
        summary: text("Two or three plain sentences: what they will get and how."),
        limits: list(text("One limit."), "What of the request cannot be done here; empty when all can."),
        steps: list(object(step, Object.keys(step)), "As few as do the job; 3 to 8 for most requests."),
      },
      ["title", "summary", "limits", "steps"],
    ),
  };
}

/** What a step's model is given: the host's tools, those that reach the services it touches, and how it concludes. */
export const specsOf = (
  node: Pick<PlanNode, "stage">,
  host: readonly HostTool[],
  outside: readonly ToolSpec[],
): readonly ToolSpec[] => [
  ...host.map(hostTool),
  ...(node.stage === "reviewing" ? [VERDICT] : [ASK_USER, FINISH]),
  ...outside.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
];

export const isHostTool = (name: string): name is HostTool => Object.hasOwn(HOST_TOOLS, name);

/** What is wrong with the arguments of a host tool, in words for the model; null when nothing is. */
export function hostToolProblem(name: HostTool, input: Readonly<Record<string, unknown>>): string | null {
  const tool = HOST_TOOLS[name];
  for (const key of "required" in tool ? tool.required : []) if (!(key in input)) return `${name} needs "${key}".`;
  for (const [key, schema] of Object.entries<{ readonly type: string; readonly enum?: readonly string[] }>(
    tool.input,
  )) {
    const value = input[key];
    if (value === undefined) continue;
    if (schema.enum && !schema.enum.includes(String(value)))
      return `"${key}" of ${name} must be one of ${schema.enum.join(", ")}.`;
    if (schema.type === "array" && !(Array.isArray(value) && value.every((one) => typeof one === "string")))
      return `"${key}" of ${name} must be a list of strings.`;
    if (schema.type === "string" && typeof value !== "string") return `"${key}" of ${name} must be a string.`;
    if (schema.type === "integer" && !(Number.isInteger(value) && Number(value) >= 0))
      return `"${key}" of ${name} must be a whole number from 0.`;
  }
  return null;
}
