import { err, ok, type Result } from "../../../../shared/lib/result.ts";

/** JSON as it comes and goes; what a form shows of it is its leaves, by name: "body.guest.name", "body.items[0]". */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Leaf = string | number | boolean | null | readonly [] | Readonly<Record<string, never>>;

const MAX_DEPTH = 8;
const MAX_LEAVES = 200;
const BANNED = new Set(["__proto__", "constructor", "prototype"]);

export type FlatProblem = "deep" | "many" | "name" | "shape";

/** Leaves by name, in order. Empty lists and objects are leaves. */
export function flatten(root: string, value: Json): Result<Record<string, Leaf>, FlatProblem> {
  const leaves: Record<string, Leaf> = {};
  let problem: FlatProblem | null = null;
  let count = 0;
  const visit = (name: string, at: Json, depth: number): void => {
    if (problem !== null) return;
    if (depth > MAX_DEPTH) problem = "deep";
    else if (Array.isArray(at) && at.length > 0)
      for (const [i, one] of at.entries()) visit(`${name}[${i}]`, one, depth + 1);
    else if (isObject(at) && Object.keys(at).length > 0)
      for (const [key, one] of Object.entries(at)) {
        if (BANNED.has(key) || key === "" || key.length > 100) problem = "name";
        else visit(`${name}.${escapeName(key)}`, one, depth + 1);
      }
    else {
      count += 1;
      if (count > MAX_LEAVES) problem = "many";
      // SAFETY: what is neither a filled list nor a filled object is a leaf.
      else leaves[name] = at as Leaf;
    }
  };
  visit(root, value, 0);
  return problem === null ? ok(leaves) : err(problem);
}

/** The value that {@link flatten} was given; lists close up over entries a person took out. Undefined without leaves. */
export function unflatten(
  root: string,
  leaves: Readonly<Record<string, unknown>>,
): Result<Json | undefined, FlatProblem> {
  const tree = new Map<string, unknown>();
  for (const [name, value] of Object.entries(leaves)) {
    const steps = stepsOf(name);
    if (steps === null || steps[0] !== root || !isLeaf(value)) return err("shape");
    if (steps.length > MAX_DEPTH + 1) return err("deep");
    let at = tree;
    for (const [index, step] of steps.entries()) {
      if (index === steps.length - 1) {
        if (at.has(step)) return err("shape");
        at.set(step, value);
        break;
      }
      const next = at.get(step) ?? new Map<string, unknown>();
      if (!(next instanceof Map)) return err("shape");
      at.set(step, next);
      at = next;
    }
  }
  return tree.size === 0 ? ok(undefined) : built(tree.get(root));
}

function built(node: unknown): Result<Json, FlatProblem> {
  // SAFETY: leaves were checked when they were put in.
  if (!(node instanceof Map)) return ok(node as Json);
  const keys = [...node.keys()].map(String);
  const listed = keys.every((key) => /^\[\d{1,4}\]$/.test(key));
  if (!listed && keys.some((key) => key.startsWith("["))) return err("shape");
  const ordered = listed ? [...keys].sort((a, b) => Number(a.slice(1, -1)) - Number(b.slice(1, -1))) : keys;
  const parts: [string, Json][] = [];
  for (const key of ordered) {
    const part = built(node.get(key));
    if (!part.ok) return part;
    parts.push([unescapeName(key), part.value]);
  }
  return ok(listed ? parts.map(([, value]) => value) : Object.fromEntries(parts));
}

const escapeName = (name: string): string => name.replaceAll(/[\\.[\]]/g, (mark) => `\\${mark}`);
const unescapeName = (name: string): string => name.replaceAll(/\\(.)/g, "$1");

/** "body.a[0]" gives body, a, [0]; null when it is no such name. Names stay escaped, so that "\[0]" is no index. */
function stepsOf(name: string): string[] | null {
  const steps = name.match(/\[\d{1,4}\]|(?:\\.|[^\\.[\]])+/g);
  if (steps === null || steps.some((step) => BANNED.has(unescapeName(step)))) return null;
  const whole = steps.map((step, at) => (at === 0 || step.startsWith("[") ? step : `.${step}`)).join("");
  return whole === name ? steps : null;
}

const isObject = (value: unknown): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isLeaf = (value: unknown): value is Leaf =>
  value === null ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value)) ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);
