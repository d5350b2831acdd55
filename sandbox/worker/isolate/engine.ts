import baseVariant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";
// A path, not the package's "./wasm" export: wrangler compiles WebAssembly by the specifier's ending.
import wasmModule from "../../../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm";

const PAGE_BYTES = 64 * 1024;
/** What the engine's build starts with. */
const INITIAL_BYTES = 16 * 1024 * 1024;

/**
 * A fresh instance of the compiled engine: its own linear memory, so that nothing of one run can be seen by, or
 * break, the next. Instantiating takes about a millisecond; the compilation happened when the Worker started.
 * The memory cannot grow far beyond the guest's limit, so that fragmentation cannot eat the Worker's own share.
 */
export function newEngine(guestBytes: number): Promise<QuickJSWASMModule> {
  const wasmMemory = new WebAssembly.Memory({
    initial: INITIAL_BYTES / PAGE_BYTES,
    maximum: Math.ceil((INITIAL_BYTES + guestBytes * 1.25) / PAGE_BYTES),
  });
  return newQuickJSWASMModuleFromVariant(newVariant(baseVariant, { wasmModule, wasmMemory }));
}
