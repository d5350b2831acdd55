import { env } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FREE_FAILURES } from "../db/limits.ts";
import { logged, newPerson, PASSWORD, Person, problemOf } from "../testing/person.ts";
import { SESSION_COOKIE } from "./auth.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1, 8);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const signUp = (person: Person, body: Record<string, unknown>) =>
  person.post("/api/auth/sign-up/email", { name: "Mona", email: "x@example.com", password: PASSWORD, ...body });
const signIn = (person: Person, email: string, password = PASSWORD) =>
  person.post("/api/auth/sign-in/email", { email, password });

describe("sign-up (FR-11.1)", () => {
  test("sets a __Host- cookie that is Secure, HttpOnly, SameSite=Lax and lasts a day; the token is nowhere else", async () => {
    const answer = await signUp(new Person(), { email: "cookie@example.com" });
    expect(answer.status).toBe(200);
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(1);
    const [value = "", ...attributes] = cookies[0]?.split("; ") ?? [];
    expect(value.startsWith(`${SESSION_COOKIE}=`)).toBe(true);
    expect(SESSION_COOKIE.startsWith("__Host-")).toBe(true);
    expect(attributes.toSorted()).toEqual(["HttpOnly", "Max-Age=86400", "Path=/", "SameSite=Lax", "Secure"]);
    const body = await answer.text();
    expect(body).not.toContain("token");
    expect(body).not.toContain(decodeURIComponent(value.split("=")[1] ?? "?").split(".")[0] ?? "?");
  });

  test("keeps the password as scrypt only, and the language the person came with", async () => {
    const person = new Person();
    await person.send(
      "POST",
      "/api/auth/sign-up/email",
      { name: "منى", email: "ar@example.com", password: PASSWORD },
      {
        "accept-language": "ar-KW,ar;q=0.9,en;q=0.5",
      },
    );
    expect(await person.json("GET", "/api/me")).toMatchObject({ name: "منى", email: "ar@example.com", locale: "ar" });
    const row = await env.DB.prepare("SELECT password FROM account").first<{ password: string }>();
    expect(row?.password).toMatch(/^scrypt\$16384\$16\$1\$/);
  });

  test.each(["short", "password123", "12345678", "aaaaaaaaaaaa", "weak@example.com"])(
    "refuses the weak password %s",
    async (password) => {
      const answer = await signUp(new Person(), { email: "weak@example.com", password });
      expect(await problemOf(answer)).toMatchObject({ status: 400, code: "weak_password" });
    },
  );

  test("refuses what is no name, no address or far too long, naming the fields", async () => {
    const answer = await signUp(new Person(), { name: " ", email: "nobody", password: "x".repeat(200) });
    const { code, body } = await problemOf(answer);
    expect(code).toBe("invalid_request");
    expect(body.fields?.map((field) => field.path).toSorted()).toEqual(["email", "name", "password"]);
  });

  test("an address belongs to one account, however it is written; of two at once one wins", async () => {
    const email = "taken@example.com";
    const both = await Promise.all([
      signUp(new Person(), { email }),
      signUp(new Person(), { email: "Taken@Example.com" }),
    ]);
    expect(both.map((answer) => answer.status).toSorted()).toEqual([200, 409]);
    expect(await problemOf(await signUp(new Person(), { email }))).toMatchObject({ status: 409, code: "email_taken" });
  });

  test("an account whose sign-up was cut before its password was stored does not keep the address", async () => {
    await env.DB.prepare("INSERT INTO user (id, name, email, created_at, updated_at) VALUES ('usr_cut', 'x', ?, ?, ?)")
      .bind("cut@example.com", START - HOUR, START - HOUR)
      .run();
    expect((await signUp(new Person(), { email: "cut@example.com" })).status).toBe(200);
  });

  test("too many from one network have to wait; another network does not", async () => {
    const crowd = new Person("203.0.113.77");
    const codes: number[] = [];
    for (let count = 0; count < 62; count++) codes.push((await signUp(crowd, { password: "short" })).status);
    expect(codes.slice(0, 60)).not.toContain(429);
    const { code, body } = await problemOf(await signUp(crowd, {}));
    expect(code).toBe("rate_limited");
    expect(body.retryAfter).toBeGreaterThan(0);
    expect((await signUp(new Person(), { email: "elsewhere@example.com" })).status).toBe(200);
  });
});

describe("sign-in", () => {
  test("a wrong password and an unknown address answer alike", async () => {
    const { email } = await newPerson();
    const wrong = await problemOf(await signIn(new Person(), email, "wrong password"));
    const unknown = await problemOf(await signIn(new Person(), "nobody@example.com", "wrong password"));
    expect(wrong.body).toEqual({ ...unknown.body, requestId: wrong.body.requestId });
    expect(wrong).toMatchObject({ status: 401, code: "bad_credentials" });
  });

  test("opens the account again; the session of before stays", async () => {
    const person = await newPerson("Huda");
    const second = new Person();
    expect(await (await signIn(second, person.email.toUpperCase())).json()).toMatchObject({ user: { name: "Huda" } });
    expect((await second.get("/api/me")).status).toBe(200);
    expect((await person.get("/api/me")).status).toBe(200);
  });

  test("failures lock an address whether somebody has it or not, from any network, with growing waits", async () => {
    const { email } = await newPerson();
    for (const address of [email, "ghost@example.com"]) {
      for (let count = 0; count < FREE_FAILURES; count++)
        expect((await signIn(new Person(), address, "wrong password")).status).toBe(401);
      const locked = await problemOf(await signIn(new Person(), address));
      expect(locked).toMatchObject({ status: 429, code: "rate_limited" });
      expect(locked.body.retryAfter).toBe(30);
      vi.setSystemTime(Date.now() + 31_000);
      expect((await signIn(new Person(), address, "wrong password")).status).toBe(401);
      expect((await problemOf(await signIn(new Person(), address))).body.retryAfter).toBe(60);
      vi.setSystemTime(Date.now() + 61_000);
    }
    expect((await signIn(new Person(), email)).status).toBe(200);
    expect((await signIn(new Person(), email, "wrong password")).status).toBe(401);
  });

  test("many guesses at once are counted one by one", async () => {
    const { email } = await newPerson();
    const guesses = await Promise.all(Array.from({ length: 20 }, () => signIn(new Person(), email, "wrong password")));
    expect(guesses.filter((answer) => answer.status === 401)).toHaveLength(FREE_FAILURES);
    expect(guesses.filter((answer) => answer.status === 429)).toHaveLength(20 - FREE_FAILURES);
  });

  test("failed sign-ins of one network are limited over all addresses; right ones are not", async () => {
    const { email } = await newPerson();
    const office = new Person("203.0.113.8");
    for (let count = 0; count < 3; count++) expect((await signIn(office, email)).status).toBe(200);
    for (let count = 0; count < 30; count++)
      expect((await signIn(office, `guess${count}@example.com`, "wrong password")).status).toBe(401);
    expect((await signIn(office, "one-more@example.com")).status).toBe(429);
  });
});

describe("sessions (FR-11.4, NFR-S2.4)", () => {
  test("end 24 h after the last use, not before", async () => {
    const idle = await newPerson();
    const busy = await newPerson();
    for (let hour = 1; hour <= 23; hour++) {
      vi.setSystemTime(START + hour * HOUR);
      expect((await busy.get("/api/me")).status).toBe(200);
    }
    vi.setSystemTime(START + 23.9 * HOUR);
    expect((await idle.get("/api/me")).status).toBe(200);
    vi.setSystemTime(START + 46 * HOUR);
    expect((await busy.get("/api/me")).status).toBe(200);
    vi.setSystemTime(START + 48 * HOUR);
    expect((await idle.get("/api/me")).status).toBe(401);
    expect((await busy.get("/api/me")).status).toBe(200);
  });

  test("signing out ends the session itself, not only the cookie", async () => {
    const person = await newPerson();
    const { cookie } = person;
    expect((await person.post("/api/auth/sign-out")).status).toBe(200);
    expect(person.cookie).toBe("");
    person.cookie = cookie;
    expect(await problemOf(await person.get("/api/me"))).toMatchObject({ status: 401, code: "unauthenticated" });
    expect((await person.post("/api/auth/sign-out")).status).toBe(200);
  });

  test.each([
    ["POST", "/api/auth/sign-out-everywhere"],
    ["DELETE", "/api/me/sessions"],
  ])("%s %s ends all of them, of this person only", async (method, path) => {
    const person = await newPerson();
    const other = await newPerson();
    const phone = new Person();
    await signIn(phone, person.email);
    const { cookie } = person;
    expect((await person.send(method, path, {})).status).toBe(200);
    person.cookie = cookie;
    for (const device of [person, phone]) expect((await device.get("/api/me")).status).toBe(401);
    expect((await other.get("/api/me")).status).toBe(200);
  });

  test("are listed without tokens and ended one by one, never somebody else's", async () => {
    const person = await newPerson();
    const phone = new Person();
    await signIn(phone, person.email);
    const listed = await person.json<{ items: { id: string; current: boolean }[] }>("GET", "/api/me/sessions");
    expect(listed.items.map((item) => item.current).toSorted()).toEqual([false, true]);
    expect(JSON.stringify(listed)).not.toContain("token");
    const id = listed.items.find((item) => !item.current)?.id ?? "";
    const stranger = await newPerson();
    expect((await stranger.send("DELETE", `/api/me/sessions/${id}`)).status).toBe(404);
    expect((await phone.get("/api/me")).status).toBe(200);
    expect((await person.send("DELETE", `/api/me/sessions/${id}`)).status).toBe(200);
    expect((await phone.get("/api/me")).status).toBe(401);
  });

  test("a raw token out of the database opens nothing: not as cookie, not as bearer", async () => {
    const person = await newPerson();
    const row = await env.DB.prepare("SELECT token FROM session WHERE user_id = ?").bind(person.userId).first();
    const token = String(row?.token);
    const thief = new Person();
    for (const value of [token, `${token}.`, `${token}.${btoa("x".repeat(32))}`]) {
      thief.cookie = `${SESSION_COOKIE}=${encodeURIComponent(value)}`;
      expect((await thief.get("/api/me")).status).toBe(401);
    }
    thief.cookie = "";
    expect((await thief.get("/api/me", { authorization: `Bearer ${token}` })).status).toBe(401);
  });
});

describe("the door", () => {
  test("writes from foreign pages are refused, programs without an origin are not", async () => {
    const person = await newPerson();
    const body = { name: "Shop" };
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://localhost:9999" },
      { origin: "", "sec-fetch-site": "cross-site" },
      { origin: "", "sec-fetch-site": "same-site" },
    ])
      expect(await problemOf(await person.post("/api/projects", body, headers))).toMatchObject({
        status: 403,
        code: "bad_origin",
      });
    expect((await person.post("/api/projects", body, { origin: "" })).status).toBe(201);
    const signInFromElsewhere = await new Person().post(
      "/api/auth/sign-in/email",
      { email: person.email, password: PASSWORD },
      { origin: "https://evil.example" },
    );
    expect(signInFromElsewhere.status).toBe(403);
  });

  test.each([
    "/api/auth/get-session",
    "/api/auth/list-sessions",
    "/api/auth/update-user",
    "/api/auth/change-email",
    "/api/auth/delete-user",
    "/api/auth/request-password-reset",
    "/api/auth/sign-in/social",
    "/api/auth/ok",
    "/api/auth/error",
  ])("nothing else of the identity library can be reached: %s", async (path) => {
    const person = await newPerson();
    expect((await person.get(path)).status).toBe(404);
    expect((await person.post(path)).status).toBe(404);
  });

  test("the log names people by id and holds neither address, password nor cookie", async () => {
    const person = await newPerson("Very Private Name");
    await signIn(person, person.email, "wrong password");
    await person.get("/api/me?lang=ar");
    const text = logged.join("\n");
    expect(text).toContain(person.userId);
    for (const secret of [person.email, PASSWORD, "Very Private", "wrong password", SESSION_COOKIE, person.ip])
      expect(text).not.toContain(secret);
  });

  test("name and language are changed by their owner", async () => {
    const person = await newPerson();
    const changed = await person.json("PATCH", "/api/me", { name: "Noor", locale: "ar", email: "other@example.com" });
    expect(changed).toMatchObject({ name: "Noor", locale: "ar", email: person.email });
    expect(await person.json("GET", "/api/me")).toEqual(changed);
  });
});
