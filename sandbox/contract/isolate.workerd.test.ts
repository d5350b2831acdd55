import { egressFor } from "../worker/egress/provide.ts";
import { IsolateSandbox } from "../worker/exec/isolate-sandbox.ts";
import { sandboxContract } from "./sandbox-contract.ts";

sandboxContract("isolate", {
  make: async () => new IsolateSandbox(egressFor({})),
  languages: ["javascript", "typescript"],
  shortMs: 400,
});
