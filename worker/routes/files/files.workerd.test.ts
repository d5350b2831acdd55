import { env } from "cloudflare:test";
import { strToU8, zipSync } from "fflate";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { MAX_FILE_BYTES } from "../../../shared/api/limits.ts";
import { newPerson, problemOf, replaced } from "../../testing/person.ts";

/* Uploads go through the real sandbox Worker, objects and R2. */

type Account = Awaited<ReturnType<typeof newPerson>>;
let person: Account;
let projectId: string;
let path: string;

const CSV = 'Client;Date;Total\nشركة النور;03/01/2026;١٢٠٠٫٥٠\n"Beta; Co";2026-02-01;99\n';

beforeAll(async () => {
  person = await newPerson();
  projectId = await person.project();
  path = `/api/projects/${projectId}/files`;
});
afterEach(() => {
  replaced.env = {};
});

function form(name: string, bytes: string | Uint8Array<ArrayBuffer>, type = "application/octet-stream"): FormData {
  const data = new FormData();
  data.append("file", new File([bytes], name, { type }));
  return data;
}

const upload = (name: string, bytes: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  person.send("POST", path, form(name, bytes), headers);

interface View {
  id: string;
  name: string;
  size: number;
  mediaType: string;
  profile: { tables: { path: string; rows: number; columns: { name: string }[] }[] };
}

async function stored(prefix: string): Promise<R2ObjectBody[]> {
  const { objects } = await env.BUCKET.list({ prefix });
  const bodies = await Promise.all(objects.map((object) => env.BUCKET.get(object.key)));
  return bodies.filter((body) => body !== null);
}

describe("upload (FR-2.3)", () => {
  test("profiles a table, seals original and derived text, and gives the bytes back as they came", async () => {
    const answer = await upload("فواتير.csv", CSV);
    expect(answer.status).toBe(201);
    const view = await answer.json<View>();
    expect(view).toMatchObject({ name: "فواتير.csv", size: new TextEncoder().encode(CSV).length });
    expect(view.profile.tables[0]?.columns.map((column) => column.name)).toEqual(["Client", "Date", "Total"]);
    expect(view.profile.tables[0]?.rows).toBe(2);

    const listed = await person.json<{ items: View[] }>("GET", path);
    expect(listed.items[0]).toEqual(view);

    const raw = await person.get(`/api/files/${view.id}`);
    expect(await raw.text()).toBe(CSV);
    expect(raw.headers.get("content-disposition")).toBe(
      "attachment; filename=\"______.csv\"; filename*=UTF-8''%D9%81%D9%88%D8%A7%D8%AA%D9%8A%D8%B1.csv",
    );
    expect(raw.headers.get("content-security-policy")).toContain("sandbox");
    expect(raw.headers.get("x-content-type-options")).toBe("nosniff");

    const objects = await stored(`${projectId}/files/${view.id}/`);
    expect(objects.map((object) => object.key.split("/").slice(3).join("/"))).toEqual(["derived/0", "original"]);
    for (const object of objects) {
      const bytes = await object.text();
      expect(bytes).not.toContain("Client");
      expect(bytes).not.toContain("النور");
    }
  });

  test("shows text and images in the page when asked, never what could run", async () => {
    const view = await (await upload("notes.md", "# Steps\n1. Call\n<script>alert(1)</script>\n")).json<View>();
    const shown = await person.get(`/api/files/${view.id}?inline=1`);
    expect(shown.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(shown.headers.get("content-disposition")).toMatch(/^inline/);
    expect(shown.headers.get("content-security-policy")).toContain("sandbox");
  });

  test("a name is the last part of a path, without characters that hide its ending", async () => {
    const view = await (await upload("../../etc/invoice\u202Evsc.exe\u200B.csv", CSV)).json<View>();
    expect(view.name).toBe("invoicevsc.exe.csv");
  });

  test.each([
    ["no file", "", "file_empty", 422],
    ["x.png", CSV, "file_mislabelled", 415],
    ["x.csv", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]), "file_mislabelled", 415],
    ["x.exe", "MZ\u0000\u0001\u0000", "file_type_unsupported", 415],
    ["x.pdf", "%PDF-1.7\nnothing of the kind", "file_broken", 422],
    [
      "x.xlsx",
      zipSync({ "[Content_Types].xml": strToU8("<x"), "xl/workbook.xml": strToU8("<workbook") }),
      "file_broken",
      422,
    ],
  ] as const)("refuses %s with a code and stores nothing", async (name, bytes, code, status) => {
    const before = (await env.BUCKET.list({ prefix: projectId })).objects.length;
    expect(await problemOf(await upload(name, bytes))).toMatchObject({ status, code });
    expect((await env.BUCKET.list({ prefix: projectId })).objects).toHaveLength(before);
  });

  test("refuses a zip bomb as XLSX", async () => {
    const sheet = new Uint8Array(300 * 1024 * 1024);
    const bomb = zipSync({
      "[Content_Types].xml": strToU8("<Types/>"),
      "xl/workbook.xml": strToU8("<workbook/>"),
      "xl/worksheets/sheet1.xml": [sheet, { level: 9 }],
    });
    expect(await problemOf(await upload("bomb.xlsx", bomb))).toMatchObject({ status: 422, code: "file_zip_bomb" });
  });

  test("refuses more than 25 MB while it still arrives, whatever the length it declares", async () => {
    const big = new Uint8Array(MAX_FILE_BYTES + 1);
    expect(await problemOf(await upload("big.csv", big))).toMatchObject({ status: 413, code: "file_too_large" });
    const endless = form("big.csv", new Uint8Array(MAX_FILE_BYTES + 200_000));
    const answer = await person.send("POST", path, endless, { "content-length": "10" });
    expect(await problemOf(answer)).toMatchObject({ status: 413, code: "file_too_large" });
  });

  test("refuses what is no multipart form, or has no file in it", async () => {
    expect(await problemOf(await person.post(path, { file: "x" }))).toMatchObject({ code: "unsupported_media_type" });
    const other = new FormData();
    other.append("file", "a text, not a file");
    expect(await problemOf(await person.send("POST", path, other))).toMatchObject({ code: "file_missing" });
    const cut = { "content-type": "multipart/form-data; boundary=x" };
    expect(await problemOf(await person.send("POST", path, "--x\r\nnonsense", cut))).toMatchObject({
      code: "file_missing",
    });
  });

  test("when the parser is away it says so, and stores nothing", async () => {
    const away = () => Promise.reject(new Error("gone"));
    replaced.env = { SANDBOX: new Proxy(env.SANDBOX, { get: () => away }) };
    expect(await problemOf(await upload("x.csv", CSV))).toMatchObject({ status: 503, code: "sandbox_unavailable" });
  });

  test("sent again under the same key it is stored once, although the framing differs each time", async () => {
    const key = { "idempotency-key": "upload-1" };
    const first = await (await upload("once.csv", CSV, key)).json<View>();
    const again = await upload("once.csv", CSV, key);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await again.json()).toEqual(first);
    expect(await problemOf(await upload("once.csv", `${CSV}x;;1\n`, key))).toMatchObject({
      code: "idempotency_mismatch",
    });
    const { items } = await person.json<{ items: View[] }>("GET", `${path}?limit=100`);
    expect(items.filter((item) => item.name === "once.csv")).toHaveLength(1);
  });

  test("a viewer reads files and adds none", async () => {
    const viewer = await newPerson();
    await person.json("POST", `/api/projects/${projectId}/members`, { email: viewer.email, role: "viewer" });
    const { items } = await viewer.json<{ items: View[] }>("GET", path);
    expect((await viewer.get(`/api/files/${items[0]?.id}`)).status).toBe(200);
    expect(await problemOf(await viewer.send("POST", path, form("x.csv", CSV)))).toMatchObject({
      code: "role_forbidden",
    });
  });
});

describe("sealing (NFR-S3.2)", () => {
  test("an object altered or swapped in the bucket is never handed out as if it were whole", async () => {
    const [a, b] = await Promise.all(
      ["a.txt", "b.txt"].map(async (name) => (await upload(name, `${name} `.repeat(50))).json<View>()),
    );
    const keyOf = (view: View | undefined) => `${projectId}/files/${view?.id}/original`;
    const other = await env.BUCKET.get(keyOf(b));
    await env.BUCKET.put(keyOf(a), await (other?.arrayBuffer() ?? new ArrayBuffer()));
    const answer = await person.get(`/api/files/${a?.id}`);
    const text = await answer.text().catch(() => "");
    expect(text).not.toContain("b.txt");
    expect(answer.status === 200 ? text : "").toBe("");
    await env.BUCKET.put(keyOf(b), "cut");
    expect((await problemOf(await person.get(`/api/files/${b?.id}`))).code).toBe("internal");
    await env.BUCKET.delete(keyOf(b));
    expect((await problemOf(await person.get(`/api/files/${b?.id}`))).code).toBe("not_found");
  });
});
