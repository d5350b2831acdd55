import type { SiteBrief } from "./ask.ts";
import { paletteOf } from "./colour.ts";

/** The second language is hidden only where the switch works: elsewhere both stand one below the other. */
function switching(languages: SiteBrief["languages"]): string {
  const [main, other] = languages;
  if (main === undefined || other === undefined) return "";
  const wanted = `:has(#${other}:target, #${other} :target)`;
  return `
@supports selector(body:has(a)) {
  body:not(${wanted}) .l-${other}, body${wanted} .l-${main} { display: none; }
}
`;
}

export function pageCss({ colour, languages }: SiteBrief): string {
  const { accent, deep, tint, line } = paletteOf(colour);
  return `:root {
  --accent: ${accent};
  --deep: ${deep};
  --tint: ${tint};
  --line: ${line};
  --ink: #17202c;
  --soft: #475264;
  --paper: #ffffff;
  --latin: "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  --arabic: "SF Arabic", "Geeza Pro", "Segoe UI", "Noto Kufi Arabic", "Noto Sans Arabic", "Dubai", Tahoma, Arial, sans-serif;
  --gutter: clamp(1.125rem, 5vw, 3rem);
  --round: 1.125rem;
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.65 var(--latin); }
:where(:lang(ar)) { font-family: var(--arabic); line-height: 1.85; letter-spacing: 0; }
:where(:lang(en)) { font-family: var(--latin); line-height: 1.6; }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--accent); text-underline-offset: .2em; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .4rem; }
.hero :focus-visible, .foot :focus-visible { outline-color: #ffffff; }
.sprite { position: absolute; }
.wrap { width: min(70rem, 100%); margin-inline: auto; padding-inline: var(--gutter); }
.icon { flex: none; width: 1.4em; height: 1.4em; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.skip { position: absolute; inset-block-start: -6rem; inset-inline-start: 1rem; z-index: 3; padding: .75rem 1.25rem; background: var(--deep); color: #ffffff; border-radius: 0 0 .75rem .75rem; }
.skip:focus { inset-block-start: 0; }

.top { position: sticky; inset-block-start: 0; z-index: 2; background: var(--paper); border-block-end: 1px solid var(--line); }
.bar { display: flex; align-items: center; gap: .25rem 1.25rem; width: min(70rem, 100%); min-height: 4.25rem; margin-inline: auto; padding-inline: var(--gutter); }
.brand { display: flex; align-items: center; gap: .75rem; min-height: 2.75rem; color: var(--ink); font-weight: 700; text-decoration: none; line-height: 1.3; }
.mark { display: grid; place-items: center; flex: none; width: 2.5rem; height: 2.5rem; border-radius: .8rem; background: var(--accent); color: #ffffff; font-size: 1.2rem; }
.bar nav { display: flex; gap: .25rem; margin-inline-start: auto; }
.bar nav a, .switch { display: flex; align-items: center; min-height: 2.75rem; padding-inline: .8rem; border-radius: 999px; color: var(--soft); font-size: .975rem; text-decoration: none; white-space: nowrap; }
.bar nav a:hover { background: var(--tint); color: var(--accent); }
.switch { border: 1px solid var(--line); color: var(--accent); font-weight: 600; }
.switch:hover { background: var(--tint); }

.hero { position: relative; overflow: hidden; background: linear-gradient(160deg, var(--deep), var(--accent)); color: #ffffff; }
.hero::before, .hero::after { content: ""; position: absolute; border-radius: 50%; background: #ffffff; opacity: .06; }
.hero::before { width: 34rem; height: 34rem; inset-block-start: -16rem; inset-inline-end: -10rem; }
.hero::after { width: 20rem; height: 20rem; inset-block-end: -12rem; inset-inline-start: 22%; }
.hero .wrap { position: relative; z-index: 1; padding-block: clamp(3.5rem, 9vw, 7rem); }
.hero .two { display: grid; gap: 2.5rem; align-items: center; }
.kicker { display: inline-block; margin-block-end: 1rem; padding: .2rem .95rem; border: 1px solid rgb(255 255 255 / .45); border-radius: 999px; font-size: .95rem; }
h1 { max-width: 18ch; font-size: clamp(2.1rem, 7vw, 3.75rem); font-weight: 750; line-height: 1.12; letter-spacing: -.015em; overflow-wrap: anywhere; text-wrap: balance; }
h1:lang(ar), :lang(ar) h1 { line-height: 1.4; letter-spacing: 0; }
.lead { max-width: 34rem; margin-block-start: 1.1rem; font-size: clamp(1.075rem, 2.4vw, 1.25rem); opacity: .94; }
.missing { margin-block-start: .9rem; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-block-start: 2rem; }
.button { display: inline-flex; align-items: center; gap: .6rem; min-height: 3.1rem; padding: .4rem 1.4rem; border: 1px solid #ffffff; border-radius: 999px; background: #ffffff; color: var(--deep); font-weight: 650; text-decoration: none; }
.button:hover { background: var(--tint); }
.button.quiet { background: transparent; color: #ffffff; border-color: rgb(255 255 255 / .6); }
.button.quiet:hover { background: rgb(255 255 255 / .14); }
.glance { padding: 1.5rem 1.6rem; border-radius: var(--round); background: var(--paper); color: var(--ink); box-shadow: 0 1.5rem 3.5rem rgb(0 0 0 / .22); }
.glance h2 { margin-block-end: .75rem; color: var(--accent); font-size: 1rem; }
.glance dl { display: grid; gap: .15rem; }
.glance dt { color: var(--soft); font-size: .95rem; }
.glance dd { margin-block-end: .6rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.glance dd:last-child { margin-block-end: 0; }

.part { padding-block: clamp(3rem, 7vw, 5rem); }
.part:nth-of-type(odd) { background: var(--tint); }
.part h2 { margin-block-end: 1.75rem; font-size: clamp(1.55rem, 4vw, 2.15rem); line-height: 1.3; }
.part h2::after { content: ""; display: block; width: 3.25rem; height: .25rem; margin-block-start: .7rem; border-radius: 1rem; background: var(--accent); }
.about { max-width: 42rem; font-size: 1.125rem; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 1rem; }
.cards li { display: flex; align-items: center; gap: .9rem; min-height: 4.5rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: var(--round); background: var(--paper); font-weight: 600; overflow-wrap: anywhere; }
.cards li::before { content: ""; flex: none; width: .65rem; height: .65rem; border-radius: 50%; background: var(--accent); }
.cards bdi::first-letter { text-transform: uppercase; }
.hours { width: min(40rem, 100%); border-collapse: separate; border-spacing: 0; overflow: hidden; border: 1px solid var(--line); border-radius: var(--round); background: var(--paper); }
.hours th, .hours td { padding: .8rem 1.25rem; text-align: start; vertical-align: top; }
.hours td { font-variant-numeric: tabular-nums; }
.hours td bdi { white-space: nowrap; }
.hours thead th { background: var(--accent); color: #ffffff; font-size: .95rem; font-weight: 600; }
.hours tbody tr + tr > * { border-block-start: 1px solid var(--line); }
.hours tbody th { width: 42%; font-weight: 600; }
.closed { color: var(--soft); }
.gap { display: inline-block; padding: 0 .7rem; border: 1px dashed #96690b; border-radius: 999px; background: #fff6dd; color: #6b4700; font-size: .92rem; font-weight: 500; }
.reach { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: 1rem; }
.reach li { display: flex; gap: 1rem; padding: 1.35rem; border: 1px solid var(--line); border-radius: var(--round); background: var(--paper); }
.reach .icon { width: 2.75rem; height: 2.75rem; padding: .65rem; border-radius: .9rem; background: var(--tint); color: var(--accent); }
.reach h3 { color: var(--soft); font-size: .95rem; font-weight: 500; }
.reach a { display: inline-block; min-height: 2rem; font-weight: 600; }
.reach li > div { min-width: 0; }

.foot { padding-block: 2.5rem; background: var(--deep); color: #ffffff; }
.foot .sign { font-weight: 700; overflow-wrap: anywhere; }
${switching(languages)}
@media (min-width: 56rem) {
  .hero .two { grid-template-columns: 1.4fr minmax(18rem, 1fr); }
}
@media (max-width: 44rem) {
  .bar { flex-wrap: wrap; padding-block: .5rem; }
  .bar nav { order: 3; flex-basis: 100%; margin-inline: -.8rem; overflow-x: auto; }
  .switch { margin-inline-start: auto; }
  .brand { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  .brand + nav + .switch { flex: none; }
  .hours th, .hours td { padding-inline: 1rem; }
  .hours tbody th { width: 36%; }
  html { scroll-padding-top: 8rem; }
}
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
}
@media print {
  .top, .skip, .actions, .glance, .hero::before, .hero::after { display: none; }
  .hero { background: none; color: #000000; }
  .hero .wrap, .part { padding-block: 1rem; }
  .part { background: none; break-inside: avoid; }
  .foot { background: none; color: #000000; }
}
`;
}
