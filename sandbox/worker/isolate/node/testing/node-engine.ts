import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten-core";
import type { Engine } from "../../engine.ts";

/** The engine as Node itself loads it, in place of engine.ts, so that a test in Node can compare both with each other. */
export async function newEngine(): Promise<Engine> {
  return { quickjs: await newQuickJSWASMModuleFromVariant(variant), suspension: null };
}

export const engineBytes = (guestBytes: number): number => guestBytes;
