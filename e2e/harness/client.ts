import { randomBytes, randomInt } from "node:crypto";

/** The answer of the API; `body` is the parsed JSON (undefined when there is none). */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface SseEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** A person nobody has seen before. */
export function newPerson(name = "Test Person"): Person {
  const id = randomBytes(6).toString("hex");
  return { name, email: `person-${id}@example.com`, password: `correct horse ${id}` };
}

/**
 * A server closes a connection nobody used for some seconds, and a test that computed for longer has not heard of it:
 * writing into that connection would fail (EPIPE). What came meanwhile is heard first, and a new one is opened.
 */
async function hearClosings(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Talks to the API as a browser of ours would: keeps cookies, names its origin on writes. */
export class Client {
  readonly baseUrl: string;
  readonly #cookies = new Map<string, string>();
  /** Rate limits are per address too; people of different tests must not share one. */
  readonly #ip = `198.51.${randomInt(256)}.${randomInt(1, 255)}`;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Sends raw; `body` goes as JSON unless it is a string, bytes or a form. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const raw = typeof body === "string" || body instanceof FormData || body instanceof Uint8Array;
    await hearClosings();
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        origin: this.baseUrl,
        "cf-connecting-ip": this.#ip,
        cookie: this.cookie,
        ...(body === undefined || raw ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      // SAFETY: `raw` above has just told the three body types from everything else.
      body:
        body === undefined ? null : raw ? (body as string | FormData | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
      redirect: "manual",
    });
    this.#keepCookies(response);
    return response;
  }

  /** One call, any status. `T` is what the caller expects of the body; nothing checks it. */
  async call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    const response = await this.send(method, path, body, headers);
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json") === true;
    // SAFETY: the caller names the shape its test goes on to assert.
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : text || undefined) as T,
    };
  }

  /** The body of a call that must succeed. @throws Error with status and body otherwise. */
  async ok<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const answer = await this.call<T>(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get = <T>(path: string): Promise<T> => this.ok<T>("GET", path);
  post = <T>(path: string, body: unknown = {}): Promise<T> => this.ok<T>("POST", path, body);
  patch = <T>(path: string, body: unknown): Promise<T> => this.ok<T>("PATCH", path, body);
  delete = <T>(path: string): Promise<T> => this.ok<T>("DELETE", path);

  async signUp(person: Person = newPerson()): Promise<Person> {
    await this.post("/api/auth/sign-up/email", person);
    return person;
  }

  async signIn({ email, password }: Person): Promise<void> {
    await this.post("/api/auth/sign-in/email", { email, password });
  }

  /** Uploads as the form field `file`. */
  upload<T>(path: string, name: string, content: string | Uint8Array<ArrayBuffer>, type = ""): Promise<T> {
    const form = new FormData();
    form.append("file", new Blob([content], { type }), name);
    return this.ok<T>("POST", path, form);
  }

  async bytes(path: string): Promise<Uint8Array> {
    const response = await this.send("GET", path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Server-sent events until the stream ends or the caller breaks off. */
  async *sse(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): AsyncGenerator<SseEvent> {
    const response = await this.send(method, path, body, { accept: "text/event-stream", ...headers });
    if (!response.ok || response.body === null) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    let buffered = "";
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      buffered += text.replaceAll("\r\n", "\n");
      for (let end = buffered.indexOf("\n\n"); end !== -1; end = buffered.indexOf("\n\n")) {
        const event = parseEvent(buffered.slice(0, end));
        buffered = buffered.slice(end + 2);
        if (event !== null) yield event;
      }
    }
  }

  /** An open WebSocket with this person's cookies. @throws Error when the server refuses it. */
  socket(path: string): Promise<WebSocket> {
    const url = `${this.baseUrl.replace(/^http/, "ws")}${path}`;
    // SAFETY: Node's WebSocket takes undici's options, which the DOM's type does not know.
    const options = { headers: { cookie: this.cookie, origin: this.baseUrl } } as unknown as string[];
    const socket = new WebSocket(url, options);
    return new Promise((resolve, reject) => {
      socket.addEventListener("open", () => resolve(socket), { once: true });
      socket.addEventListener("error", () => reject(new Error(`the socket ${path} was refused`)), { once: true });
    });
  }

  #keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf("="));
      const expired = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      if (expired) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(pair.indexOf("=") + 1));
    }
  }
}

/** Null for a block that carries no data (a comment that keeps the line open). */
function parseEvent(block: string): SseEvent | null {
  let id: string | null = null;
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") id = value;
    else if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return data.length === 0 ? null : { id, event, data: data.join("\n") };
}
