export const DOCS_STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --brand: #667eea; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { margin: 0.5rem 0; } h2 { margin: 2rem 0 0.5rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
nav a, a { color: inherit; text-underline-offset: 0.2em; }
nav a { padding: 0.6rem 0; }
details { border: 1px solid var(--line); border-radius: 8px; margin: 0.5rem 0; }
summary { cursor: pointer; min-height: 44px; padding: 0.6rem 0.8rem; }
summary:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
details > div { border-top: 1px solid var(--line); padding: 0.8rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
pre { background: var(--soft); border-radius: 8px; max-height: 24rem; overflow: auto; padding: 0.8rem; }
.method { border-radius: 6px; background: var(--soft); display: inline-block; font-weight: 600; min-width: 4.5rem; padding: 0 0.4rem; text-align: center; }
table { border-collapse: collapse; width: 100%; } td, th { border-bottom: 1px solid var(--line); padding: 0.4rem; text-align: start; vertical-align: top; }
`.trimStart();
