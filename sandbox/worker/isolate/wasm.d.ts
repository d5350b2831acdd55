/** How wrangler hands over a `.wasm` import: compiled, not instantiated. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
