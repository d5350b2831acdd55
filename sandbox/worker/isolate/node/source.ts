import { type AnyNode, type ExpressionStatement, type Program, parse } from "acorn";
import { transform } from "sucrase";
import { GuestProblem } from "./problems.ts";

export type Format = "module" | "commonjs" | "json";

/** A file as the engine gets it. Every line is where it was; `shifts` says by how much columns moved. */
export interface Prepared {
  readonly format: "module" | "commonjs";
  readonly code: string;
  /** Text put in before a column of a line; both count from 1, columns as in the file. */
  readonly shifts: readonly Shift[];
  /** Names an ES module can import from this CommonJS file. */
  readonly exportNames: readonly string[];
  /** Other files whose names it exports too (`module.exports = require("./x")`). */
  readonly reexports: readonly string[];
  /** Static imports without `with { type: "json" }`. */
  readonly plainImports: readonly string[];
}

export interface Shift {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Deeper nesting than a parser's recursion can take is refused before it. */
const MAX_SOURCE_CHARS = 8 * 1024 * 1024;
/** Methods that give no promise: their statements stay as they are, for speed. */
const SYNCHRONOUS =
  /^(?:push|unshift|pop|shift|splice|sort|reverse|fill|set|add|append|delete|clear|log|error|warn|info|debug|table|write|.*Sync|(?:notS|s)trictEqual|(?:notD|d)eepStrictEqual|equal|deepEqual|ok|match|throws|defineProperty|assign|freeze)$/;

/** What drops a promise, around source that is evaluated as it is: its names are the realm's. */
export interface Inline {
  /** A name the source does not use, under which the realm is to have the function that takes what is dropped. */
  readonly drop: string;
  readonly code: string;
  readonly shifts: readonly Shift[];
}

/** Null: it is an ES module, or not to be parsed. */
export function prepareInline(text: string): Inline | null {
  const program = text.length > MAX_SOURCE_CHARS ? null : parseAs(text, null);
  if (program === null || program.sourceType === "module") return null;
  const drop = freeName(text, "$dropped");
  return { drop, ...insert(text, around(survey(program.body), drop)) };
}

/** @param format null: found out from the syntax, as Node does for files without a package type */
export function prepare(path: string, text: string, format: "module" | "commonjs" | null): Prepared {
  if (text.length > MAX_SOURCE_CHARS)
    throw new GuestProblem("Error", `${path} is too large to run`, "ERR_OUT_OF_RANGE");
  const source = (/\.[mc]?ts$/.test(path) ? stripTypes(path, text) : text).replace(/^\ufeff/, "").replace(/^#!/, "//");
  const program = parseAs(source, format);
  if (program === null) return unparsed(source, format);
  const drop = freeName(source, "$dropped");
  const found = survey(program.body);
  const edits = around(found, drop);
  const isModule = program.sourceType === "module";
  const prefix = isModule
    ? (found.drops.length > 0 ? `import{dropped as ${drop}}from"nexus:internal";` : "") +
      (found.hasMeta ? metaPrefix(path) : "")
    : `(function(exports,require,module,__filename,__dirname,${drop}){`;
  const body = insert(source, [{ at: 0, text: prefix }, ...edits]);
  return {
    format: isModule ? "module" : "commonjs",
    code: isModule ? body.code : `${body.code}\n})`,
    shifts: body.shifts,
    exportNames: [...found.exportNames],
    reexports: found.reexports,
    plainImports: found.plainImports,
  };
}

export function stripTypes(path: string, text: string): string {
  try {
    return transform(text, {
      transforms: ["typescript"],
      disableESTransforms: true,
      keepUnusedImports: true,
      preserveDynamicImport: true,
      filePath: path,
    }).code;
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(`Error transforming ${path}: `, "") : "";
    throw new GuestProblem("SyntaxError", `${message} in ${path}`, "ERR_INVALID_TYPESCRIPT_SYNTAX");
  }
}

function parseAs(source: string, format: "module" | "commonjs" | null): Program | null {
  const attempt = (sourceType: "module" | "commonjs"): Program | null => {
    try {
      // SAFETY: acorn takes "commonjs" since 8.16 and gives "script" or "module" as the program's own type.
      return parse(source, { ecmaVersion: "latest", sourceType, allowHashBang: true });
    } catch {
      return null;
    }
  };
  if (format !== null) return attempt(format);
  return attempt("commonjs") ?? attempt("module");
}

/** Why this source does not compile, as a sentence with its line; null when it does. */
export function findSyntaxProblem(path: string, text: string, format: "module" | "commonjs" | null): string | null {
  const source = /\.[mc]?ts$/.test(path) ? stripTypes(path, text) : text;
  if (parseAs(source, format) !== null) return null;
  try {
    parse(source, { ecmaVersion: "latest", sourceType: format === "commonjs" ? "commonjs" : "module" });
    return null;
  } catch (error) {
    const [, message = "", line = "1"] =
      /^(.*) \((\d+):\d+\)$/s.exec(error instanceof Error ? error.message : "") ?? [];
    return `${path}:${line}\n${source.split("\n")[Number(line) - 1]?.slice(0, 500) ?? ""}\n\nSyntaxError: ${message}`;
  }
}

/** Syntax the parser does not know: the engine is asked, and says where it is wrong. */
function unparsed(source: string, format: "module" | "commonjs" | null): Prepared {
  const isModule = format === "module" || (format === null && /^\s*(?:import|export)\b/m.test(source));
  const opening = "(function(exports,require,module,__filename,__dirname){";
  return {
    format: isModule ? "module" : "commonjs",
    code: isModule ? source : `${opening}${source}\n})`,
    shifts: isModule ? [] : [{ line: 1, column: 1, length: opening.length }],
    exportNames: [],
    reexports: [],
    plainImports: [],
  };
}

function metaPrefix(path: string): string {
  const internal = "$meta";
  return `import{meta as ${internal}}from"nexus:internal";${internal}(import.meta,${JSON.stringify(path)});`;
}

function freeName(source: string, wanted: string): string {
  let name = wanted;
  while (source.includes(name)) name += "_";
  return name;
}

const around = ({ drops }: Survey, drop: string): { at: number; text: string }[] =>
  drops.flatMap(({ start, end }) => [
    { at: start, text: `${drop}(` },
    { at: end, text: ")" },
  ]);

function insert(
  source: string,
  edits: readonly { readonly at: number; readonly text: string }[],
): { code: string; shifts: Shift[] } {
  const sorted = edits.filter((edit) => edit.text !== "").toSorted((a, b) => a.at - b.at);
  const shifts: Shift[] = [];
  let code = "";
  let from = 0;
  let line = 1;
  let lineStart = 0;
  for (const { at, text } of sorted) {
    for (let next = source.indexOf("\n", lineStart); next >= 0 && next < at; next = source.indexOf("\n", lineStart)) {
      line++;
      lineStart = next + 1;
    }
    code += source.slice(from, at) + text;
    from = at;
    shifts.push({ line, column: at - lineStart + 1, length: text.length });
  }
  return { code: code + source.slice(from), shifts };
}

interface Survey {
  readonly drops: { start: number; end: number }[];
  hasMeta: boolean;
  readonly exportNames: Set<string>;
  readonly reexports: string[];
  readonly plainImports: string[];
}

/** Walks the tree once, without recursion: sources may be nested as deep as the parser could take. */
function survey(body: readonly AnyNode[]): Survey {
  const found: Survey = { drops: [], hasMeta: false, exportNames: new Set(), reexports: [], plainImports: [] };
  const open: AnyNode[] = [...body];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "ExpressionStatement") noteStatement(node, found);
    else if (node.type === "MetaProperty" && node.meta.name === "import") found.hasMeta = true;
    else if (node.type === "AssignmentExpression") noteExport(node.left, node.right, found);
    else if (node.type === "CallExpression") noteDefine(node, found);
    else if (node.type === "ImportDeclaration" && typeof node.source.value === "string") {
      if (!node.attributes.some(({ value }) => value.value === "json")) found.plainImports.push(node.source.value);
    }
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) for (const item of value) pushNode(open, item);
      else pushNode(open, value);
    }
  }
  return found;
}

function pushNode(open: AnyNode[], value: unknown): void {
  if (typeof value === "object" && value !== null && "type" in value && typeof value.type === "string") {
    // SAFETY: whatever has a `type` inside acorn's tree is one of its nodes.
    open.push(value as AnyNode);
  }
}

function noteStatement({ expression, directive }: ExpressionStatement, found: Survey): void {
  if (directive === undefined && mayBePromise(expression)) {
    found.drops.push({ start: expression.start, end: expression.end });
  }
}

function mayBePromise(node: AnyNode): boolean {
  switch (node.type) {
    case "CallExpression": {
      const { callee } = node;
      if (callee.type === "Super") return false;
      return !(
        callee.type === "MemberExpression" &&
        callee.property.type === "Identifier" &&
        SYNCHRONOUS.test(callee.property.name)
      );
    }
    case "NewExpression":
      return node.callee.type === "Identifier" && node.callee.name === "Promise";
    case "ChainExpression":
    case "ParenthesizedExpression":
      return mayBePromise(node.expression);
    case "LogicalExpression":
      return mayBePromise(node.right);
    case "ConditionalExpression":
      return mayBePromise(node.consequent) || mayBePromise(node.alternate);
    default:
      return false;
  }
}

const isNamed = (node: AnyNode, name: string): boolean => node.type === "Identifier" && node.name === name;
const isModuleExports = (node: AnyNode): boolean =>
  node.type === "MemberExpression" && isNamed(node.object, "module") && isNamed(node.property, "exports");
const isExports = (node: AnyNode): boolean => isNamed(node, "exports") || isModuleExports(node);
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

function noteExport(left: AnyNode, right: AnyNode, found: Survey): void {
  if (isModuleExports(left)) {
    if (right.type === "ObjectExpression") {
      for (const property of right.properties) {
        if (property.type !== "Property" || property.computed) continue;
        if (property.key.type === "Identifier") found.exportNames.add(property.key.name);
      }
    }
    const from = requiredBy(right);
    if (from !== null) found.reexports.push(from);
    if (right.type === "AssignmentExpression") noteExport(right.left, right.right, found);
  } else if (left.type === "MemberExpression" && isExports(left.object)) {
    if (!left.computed && left.property.type === "Identifier") found.exportNames.add(left.property.name);
    else if (
      left.property.type === "Literal" &&
      typeof left.property.value === "string" &&
      NAME.test(left.property.value)
    ) {
      found.exportNames.add(left.property.value);
    }
  }
}

function requiredBy(node: AnyNode): string | null {
  if (node.type !== "CallExpression" || !isNamed(node.callee, "require")) return null;
  const [first] = node.arguments;
  return first?.type === "Literal" && typeof first.value === "string" ? first.value : null;
}

function noteDefine(node: AnyNode & { type: "CallExpression" }, found: Survey): void {
  const [target, key] = node.arguments;
  if (target === undefined || key === undefined || !isExports(target)) return;
  if (node.callee.type !== "MemberExpression" || !isNamed(node.callee.property, "defineProperty")) return;
  if (key.type === "Literal" && typeof key.value === "string" && NAME.test(key.value)) found.exportNames.add(key.value);
}

/** The column in the file of a column in what the engine got. Both count from 1. */
export function columnInFile(shifts: readonly Shift[], line: number, column: number): number {
  let shifted = 0;
  for (const shift of shifts) {
    if (shift.line !== line) continue;
    if (shift.column + shifted + shift.length > column) break;
    shifted += shift.length;
  }
  return Math.max(1, column - shifted);
}
