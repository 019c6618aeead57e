import { markup, trusted, type Markup } from '../markup.js'
import { visibleStrings } from '../visible.js'
import { pageStyle } from './page-style.js'
import { svgChart, type Chart } from './svg-chart.js'

/** A page that stands on its own: nothing is loaded, no script runs. */
export interface HtmlPage {
  title: string
  /** What it is about and of when, in a line. */
  subtitle: string
  sections: readonly Section[]
}

export interface Section {
  /** The anchor of the table of contents: `sla`. */
  id: string
  title: string
  /** How to read it, or what is missing. */
  notes?: readonly string[]
  figures?: readonly FigureCard[]
  chart?: Chart
  /** Stands behind the chart where there is one. */
  table?: Table
}

export interface FigureCard {
  title: string
  /** `—` where there is no data. */
  value: string
  unit: string
  /** How it changed, and from how many it was made. */
  remarks: readonly string[]
}

export interface Table {
  caption: string
  columns: readonly { header: string; align?: 'right' }[]
  rows: readonly (readonly string[])[]
}

export function htmlPage(page: HtmlPage): string {
  // Control characters and bidi overrides are spelled out here, once for the whole page.
  const { title, subtitle, sections } = visibleStrings(page)
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header>
<h1>${title}</h1>
<p>${subtitle}</p>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main id="main" tabindex="-1">${sections.map(sectionHtml)}
</main>
</body>
</html>
`.toString()
}

function sectionHtml({ id, title, notes = [], figures = [], chart, table }: Section): Markup {
  return markup`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${notes.map((note) => markup`<p>${note}</p>\n`)}${figures.length > 0 ? cardsHtml(figures) : ''}${chart ? chartHtml(chart) : ''}${table ? (chart ? behind(table) : tableHtml(table)) : ''}
</section>`
}

function cardsHtml(figures: readonly FigureCard[]): Markup {
  const cards = figures.map(
    ({ title, value, unit, remarks }) =>
      markup`<li><span class="name">${title}</span><span class="value">${value}</span><span class="unit">${unit}</span>${remarks.map((remark) => markup`<span class="remark">${remark}</span>`)}</li>`,
  )
  return markup`<ul class="figures">${cards}</ul>`
}

/** Where a drawing is wider than the screen it scrolls on its own, also by keyboard. */
function chartHtml(chart: Chart): Markup {
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Chart: ${chart.label}">${svgChart(chart)}</div>`
}

function behind(table: Table): Markup {
  return markup`<details><summary>The same as a table</summary>\n${tableHtml(table)}\n</details>`
}

function tableHtml({ caption, columns, rows }: Table): Markup {
  const align = (index: number) => trusted(columns[index]?.align === 'right' ? ' class="number"' : '')
  const head = columns.map(({ header }, i) => markup`<th scope="col"${align(i)}>${header}</th>`)
  const body = rows.map(([first = '', ...rest]) => {
    const key = isKey(first) ? trusted(' class="key"') : align(0)
    return markup`<tr><th scope="row"${key}>${first}</th>${rest.map((cell, i) => markup`<td${align(i + 1)}>${cell}</td>`)}</tr>\n`
  })
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Table: ${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody>
</table></div>`
}

/** A number or a date is not broken at its hyphens, as a name may be. */
function isKey(cell: string): boolean {
  return /^[\w-]{1,16}$/.test(cell)
}
