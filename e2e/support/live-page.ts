import { get } from "node:http";

export interface LivePage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A published site as a browser gets it: names below localhost are this machine, which Node's own fetch does not know. */
export function livePage(url: string): Promise<LivePage> {
  const { hostname, port, pathname } = new URL(url);
  const options = { host: "127.0.0.1", port, path: pathname, headers: { host: `${hostname}:${port}` } };
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on("error", reject);
    }).on("error", reject);
  });
}
