import baseVariant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";
// A path, not the package's "./wasm" export: wrangler compiles WebAssembly by the specifier's ending.
import wasmModule from "../../../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm";
import { type EngineSnapshot, INITIAL_BYTES } from "./engine-snapshot.ts";
import { type EngineModule, type PromiseIntegration, Suspension } from "./suspension.ts";
import gateModule from "./suspension.wasm";

const PAGE_BYTES = 64 * 1024;

export interface Engine {
  readonly quickjs: QuickJSWASMModule;
  /** Null where the platform cannot suspend WebAssembly: a guest then keeps the thread until it is done or ended. */
  readonly suspension: Suspension | null;
}

/** The most memory that an engine for such a guest can come to. */
export const engineBytes = (guestBytes: number): number =>
  Math.ceil((INITIAL_BYTES + guestBytes * 1.25) / PAGE_BYTES) * PAGE_BYTES;

/**
 * A fresh instance of the compiled engine: its own linear memory, so that nothing of one run can be seen by, or
 * break, the next. Instantiating takes about a millisecond; the compilation happened when the Worker started.
 * The memory cannot grow far beyond the guest's limit. That is the bound that holds: the engine's own limit refuses
 * single wishes beyond it, but counts eight bytes for every block, because this build cannot ask for their sizes.
 * @param snapshot what its memory begins with, for its one runtime and context; of no effect where the platform cannot suspend
 */
export async function newEngine(guestBytes: number, snapshot: EngineSnapshot | null = null): Promise<Engine> {
  const wasmMemory = new WebAssembly.Memory({
    initial: INITIAL_BYTES / PAGE_BYTES,
    maximum: engineBytes(guestBytes) / PAGE_BYTES,
  });
  const integration = promiseIntegration();
  const suspension = integration === null ? null : new Suspension(integration);
  if (suspension === null) {
    const variant = newVariant(baseVariant, { wasmModule, wasmMemory });
    return { quickjs: await newQuickJSWASMModuleFromVariant(variant), suspension };
  }
  const importModuleLoader: typeof baseVariant.importModuleLoader = async () => {
    const imported = await baseVariant.importModuleLoader();
    const unwrapped = "default" in imported ? imported.default : imported;
    const load = "default" in unwrapped ? unwrapped.default : unwrapped;
    return async () => {
      const module = await load({
        wasmMemory,
        instantiateWasm: async (imports, onSuccess) => {
          const instance = await WebAssembly.instantiate(wasmModule, await suspension.around(imports, gateModule));
          onSuccess(instance);
          return instance.exports;
        },
      });
      // SAFETY: Emscripten puts the build's exports on its module under these names; the library's types leave them out.
      suspension.attach(module as typeof module & EngineModule, snapshot);
      return module;
    };
  };
  return { quickjs: await newQuickJSWASMModuleFromVariant({ ...baseVariant, importModuleLoader }), suspension };
}

function promiseIntegration(): PromiseIntegration | null {
  // SAFETY: the compiler's library lacks them; whether the platform has them is what is asked here.
  const { Suspending, promising } = WebAssembly as typeof WebAssembly & Partial<PromiseIntegration>;
  return Suspending === undefined || promising === undefined ? null : { Suspending, promising };
}
