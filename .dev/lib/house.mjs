/**
 * The rules of the house that a general linter cannot say: which room may import which, what the pure rooms may not
 * touch, how long a file may get, and that a cast through `any` or `unknown` gives its reason.
 */
import { posix } from "node:path";

/** Rooms, most specific first: the folders a file there may import from. Packages are not looked at here. */
const ROOMS = [
  { room: "shared/", may: ["shared/"] },
  { room: "durable-objects/", may: ["durable-objects/", "shared/"] },
  { room: "sandbox/", may: ["sandbox/", "shared/"] },
  { room: "worker/", may: ["worker/", "durable-objects/", "shared/", "sandbox/port"] },
  { room: "web/src/scene/", may: ["web/src/", "shared/"], mayNot: ["web/src/api/"] },
  { room: "web/src/", may: ["web/src/", "shared/"] },
  { room: "web/", may: ["web/", "shared/"] },
];

/** Rooms that get time, randomness and the platform through ports, so that a run can be replayed. */
const PURE = ["durable-objects/workflow/engine/", "durable-objects/orchestrators/", "shared/workflow/"];
const IMPURE = [
  [/from\s+["']cloudflare:/, "imports the platform"],
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/, "reads the clock"],
  [/\bMath\.random\b|\bcrypto\.|\brandomUUID\b/, "makes randomness"],
  [/\bsetTimeout\s*\(|\bsetInterval\s*\(|\bfetch\s*\(/, "does its own waiting or I/O"],
];

const FILE_LINES = 400;
const OBJECT_LINES = 250;

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)["'](\.{1,2}\/[^"']+)["']/g;

const isTest = (path) => /\.test\.tsx?$/.test(path);

/**
 * @param path repository path with forward slashes
 * @param source its text
 * @returns sentences, one per broken rule, each beginning with `path:line`
 */
export function findHouseProblems(path, source) {
  const code = blankComments(source);
  return [
    ...directionProblems(path, code),
    ...purityProblems(path, code),
    ...lengthProblems(path, source),
    ...castProblems(path, source, code),
  ];
}

function directionProblems(path, code) {
  const rule = ROOMS.find(({ room }) => path.startsWith(room));
  if (rule === undefined) return [];
  // A file of a package (a WASM module, say) is a package all the same; a test may also use harness, fakes and tools.
  const may = [...rule.may, "node_modules/", ...(isTest(path) ? ["e2e/", ".dev/"] : [])];
  return [...code.matchAll(IMPORT)].flatMap((match) => {
    const target = posix.normalize(posix.join(posix.dirname(path), match[1]));
    const ok =
      may.some((allowed) => target.startsWith(allowed)) && !rule.mayNot?.some((banned) => target.startsWith(banned));
    return ok
      ? []
      : [`${path}:${lineAt(code, match.index)} imports ${target}, but ${rule.room} may import only ${may.join(", ")}`];
  });
}

function purityProblems(path, code) {
  if (isTest(path) || !PURE.some((room) => path.startsWith(room))) return [];
  return IMPURE.flatMap(([pattern, what]) => {
    const match = pattern.exec(code);
    return match === null ? [] : [`${path}:${lineAt(code, match.index)} ${what}: it must come through a port`];
  });
}

function lengthProblems(path, source) {
  const limit = path.startsWith("durable-objects/") && /-object\.ts$/.test(path) ? OBJECT_LINES : FILE_LINES;
  const lines = source.split("\n").length - 1;
  return lines > limit ? [`${path}:${limit} has ${lines} lines, more than ${limit}: split it by duty`] : [];
}

/** The reason stands on the cast's own line or in the three lines above it. */
function castProblems(path, source, code) {
  if (!/\.tsx?$/.test(path)) return [];
  const lines = source.split("\n");
  return [...code.matchAll(/\bas\s+any\b|\bas\s+unknown\s+as\b/g)].flatMap((match) => {
    const line = lineAt(code, match.index);
    const near = lines.slice(Math.max(0, line - 4), line).join("\n");
    return near.includes("SAFETY:")
      ? []
      : [`${path}:${line} casts with \`${match[0]}\` and gives no \`SAFETY:\` reason`];
  });
}

const lineAt = (text, index) => text.slice(0, index).split("\n").length;

/** Blanks comments and keeps every line where it is. Strings and templates are stepped over, so that "https://x" stays. */
function blankComments(source) {
  const pieces = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return source.replace(pieces, (piece) => (/^\/[/*]/.test(piece) ? piece.replace(/[^\n]/g, " ") : piece));
}
