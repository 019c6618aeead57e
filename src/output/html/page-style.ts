/**
 * Colours are variables, light and dark; contrasts are at least 4.5 to 1 for text and 3 to 1 for what is drawn. The
 * series are told apart by those who do not see red or green (after Okabe and Ito, darkened or lightened for contrast).
 * On paper everything is dark on white, and what is folded is unfolded.
 */
export const pageStyle = `
:root {
  --paper: #ffffff; --card: #f5f6f8; --ink: #1c2330; --muted: #545d6d; --grid: #d4d8df; --link: #0b57a4;
  --series-1: #0072b2; --series-2: #b8530a; --series-3: #00795a; --series-4: #a1497a; --series-5: #5b6472; --series-6: #8a6a00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14171d; --card: #1f242d; --ink: #e8ebf0; --muted: #aab2c0; --grid: #3a414d; --link: #8cc4ff;
    --series-1: #56b4e9; --series-2: #f0933f; --series-3: #36c49c; --series-4: #e091bd; --series-5: #a9b2c0; --series-6: #e6c229;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 62rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 2.2rem 0 .5rem; font-size: 1.25rem; }
p { margin: .3rem 0; color: var(--muted); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; background: var(--paper); padding: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: .8rem 0 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .15rem 0; }
.figures {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .7rem; margin: .8rem 0; padding: 0; list-style: none;
}
.figures li { display: flex; flex-direction: column; background: var(--card); padding: .7rem .9rem; border-radius: .4rem; }
.name, .remark, .unit { color: var(--muted); font-size: .85rem; }
.value { font-size: 1.2rem; white-space: nowrap; font-weight: 600; font-variant-numeric: tabular-nums; }
.unit { font-weight: 400; white-space: normal; }
.scroll { overflow-x: auto; margin: .6rem 0; }
svg { display: block; width: 100%; min-width: 30rem; max-width: 48rem; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--muted); padding-bottom: .3rem; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.key { white-space: nowrap; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  nav, .skip, summary { display: none; }
  details::details-content { content-visibility: visible; }
  section, .figures li, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`
