import { WorkerEntrypoint } from "cloudflare:workers";
export class SandboxEntrypoint extends WorkerEntrypoint {
  async spin(ms: number) {
    return { ms, bytes: new Uint8Array(10), m: new Map([["a", 1]]) };
  }
}
export default { fetch: () => new Response("ok") };
