/**
 * Colours are variables, light and dark; contrasts are at least 4.5 to 1 for text and 3 to 1 for what is drawn. A
 * severity has one colour everywhere; the series of other charts avoid its red. On paper everything is dark on white, and
 * what is folded is unfolded.
 */
export const pageStyle = `
:root {
  --paper: #ffffff; --card: #f5f6f8; --ink: #1c2330; --muted: #545d6d; --grid: #d4d8df; --link: #0b57a4;
  --better: #00695c; --worse: #b3261e;
  --critical: #c62828; --high: #c75f00; --medium: #967200; --low: #5b7285;
  --series-1: #0b65b0; --series-2: #00795a; --series-3: #7a4fb0; --series-4: #8a6a00; --series-5: #00838f; --series-6: #5b6472;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14171d; --card: #1f242d; --ink: #e8ebf0; --muted: #aab2c0; --grid: #3a414d; --link: #8cc4ff;
    --better: #4fd1b0; --worse: #ff8a80;
    --critical: #ff6b6b; --high: #f59e42; --medium: #e6c229; --low: #9fb3c4;
    --series-1: #62b0f0; --series-2: #36c49c; --series-3: #b99af0; --series-4: #d8b640; --series-5: #4dd0e1; --series-6: #a9b2c0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 64rem; padding: 1.2rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { margin: 0; font-size: 1.8rem; line-height: 1.2; }
h2 { margin: 2.4rem 0 .7rem; padding-top: .5rem; border-top: 1px solid var(--grid); font-size: 1.25rem; }
p { margin: 0; color: var(--muted); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; background: var(--paper); padding: .5rem; }
header p { margin-top: .3rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .7rem 0 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .15rem 0; }
.blocks { display: grid; grid-template-columns: minmax(0, 1fr); grid-auto-flow: dense; gap: 1rem 1.5rem; align-items: start; }
.two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.row { grid-column: 1 / -1; }
.sentences { margin: 0; padding-left: 1.2rem; font-size: 1.05rem; }
.sentences li { margin: .2rem 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; margin: 0; padding: 0; list-style: none; }
.figures li { display: flex; flex-direction: column; background: var(--card); padding: .6rem .8rem; border-radius: .5rem; overflow-wrap: break-word; }
.name { font-size: .88rem; line-height: 1.3; }
.value { display: flex; flex-wrap: wrap; align-items: baseline; column-gap: .35rem; line-height: 1.3; font-size: 1.2rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.unit { color: var(--muted); font-size: .85rem; font-weight: 400; }
.change, .remark { color: var(--muted); font-size: .82rem; line-height: 1.4; }
.better { color: var(--better); }
.worse { color: var(--worse); }
.prominent { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .8rem; }
.prominent li { padding: .9rem 1rem; border-left: 5px solid var(--grid); }
.prominent li:has(.better) { border-color: var(--better); }
.prominent li:has(.worse) { border-color: var(--worse); }
.prominent .name { font-weight: 600; }
.prominent .value { font-size: 1.7rem; }
.prominent .change { font-size: .92rem; }
.dot { display: inline-block; width: .7em; height: .7em; margin-right: .4em; border-radius: 50%; }
.severity { white-space: nowrap; }
figure { margin: 0; }
figcaption, caption { color: var(--muted); font-size: .9rem; text-align: left; padding-bottom: .3rem; }
svg { display: block; width: 100%; max-width: 36rem; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: break-word; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: .82rem; color: var(--muted); vertical-align: bottom; }
tbody th { font-weight: 400; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number, .key { white-space: nowrap; }
td[style] { background: color-mix(in srgb, var(--series-1) var(--shade), var(--paper)); padding-left: .4rem; padding-right: .4rem; }
.places { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); grid-auto-rows: minmax(2.5rem, auto); gap: 1rem; margin-top: 1.2rem; }
.places section { grid-column: var(--x) / span var(--w); grid-row: var(--y) / span var(--h); border: 1px solid var(--grid); border-radius: .5rem; padding: .8rem 1rem; }
.places h2 { margin: 0 0 .6rem; padding: 0; border: 0; font-size: 1rem; }
.places .figures { grid-template-columns: minmax(0, 1fr); }
.places .value { font-size: 1.7rem; }
summary { cursor: pointer; color: var(--link); padding: .2rem 0; font-size: .9rem; }
@media screen and (max-width: 52rem) {
  .two { grid-template-columns: minmax(0, 1fr); }
  .prominent { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media screen and (max-width: 38rem) {
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .places { grid-template-columns: minmax(0, 1fr); }
  .places section { grid-column: 1; grid-row: auto; }
  .prominent .value { font-size: 1.2rem; }
  .prominent li { padding: .7rem .7rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, caption, tbody { display: block; }
  tbody tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .1rem 1rem; padding: .5rem 0; border-bottom: 1px solid var(--grid); }
  tbody th, .long { grid-column: 1 / -1; }
  tbody th { padding: 0; border: 0; font-weight: 600; }
  td, td.number { padding: 0; border: 0; text-align: left; white-space: normal; }
  td::before { content: attr(data-label) " "; color: var(--muted); font-size: .85em; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  html { font-size: 12px; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  h1 { font-size: 17pt; }
  h2 { margin: 6mm 0 2mm; font-size: 12pt; }
  nav, .skip, summary { display: none; }
  details::details-content { content-visibility: visible; }
  h2, p, figcaption, caption { break-after: avoid; }
  figure, .figures li, tr, .sentences li { break-inside: avoid; }
  .places { gap: 3mm; }
  .places section { padding: 2mm 3mm; }
  .scroll { overflow: visible; }
  .blocks { gap: 3mm 6mm; }
  table { font-size: 8pt; }
  th, td { padding: 1mm 2mm 1mm 0; }
  li, figure, .dot, td { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`
