import { xmlText } from '../xml.js'
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

export function htmlPage({ title, subtitle, sections }: HtmlPage): string {
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${xmlText(title)}</a></li>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${xmlText(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header>
<h1>${xmlText(title)}</h1>
<p>${xmlText(subtitle)}</p>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
</header>
<main id="main" tabindex="-1">
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`
}

function sectionHtml({ id, title, notes = [], figures = [], chart, table }: Section): string {
  return [
    `<section id="${id}" aria-labelledby="${id}-title">`,
    `<h2 id="${id}-title">${xmlText(title)}</h2>`,
    ...notes.map((note) => `<p>${xmlText(note)}</p>`),
    figures.length > 0 ? `<ul class="figures">${figures.map(cardHtml).join('')}</ul>` : '',
    chart ? chartHtml(chart) : '',
    table ? (chart ? behind(table) : tableHtml(table)) : '',
    '</section>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function cardHtml({ title, value, unit, remarks }: FigureCard): string {
  const lines = remarks.map((remark) => `<span class="remark">${xmlText(remark)}</span>`).join('')
  return `<li><span class="name">${xmlText(title)}</span><span class="value">${xmlText(value)}</span><span class="unit">${xmlText(unit)}</span>${lines}</li>`
}

/** Where a drawing is wider than the screen it scrolls on its own, also by keyboard. */
function chartHtml(chart: Chart): string {
  return `<div class="scroll" role="group" tabindex="0" aria-label="${xmlText(`Chart: ${chart.label}`)}">${svgChart(chart)}</div>`
}

function behind(table: Table): string {
  return `<details><summary>The same as a table</summary>\n${tableHtml(table)}\n</details>`
}

function tableHtml({ caption, columns, rows }: Table): string {
  const align = (index: number) => (columns[index]?.align === 'right' ? ' class="number"' : '')
  const head = columns.map(({ header }, i) => `<th scope="col"${align(i)}>${xmlText(header)}</th>`).join('')
  const body = rows.map((cells) => {
    const [first = '', ...rest] = cells
    const others = rest.map((cell, i) => `<td${align(i + 1)}>${xmlText(cell)}</td>`).join('')
    return `<tr><th scope="row"${isKey(first) ? ' class="key"' : align(0)}>${xmlText(first)}</th>${others}</tr>`
  })
  return `<div class="scroll" role="group" tabindex="0" aria-label="${xmlText(`Table: ${caption}`)}"><table>
<caption>${xmlText(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body.join('\n')}</tbody>
</table></div>`
}

/** A number or a date is not broken at its hyphens, as a name may be. */
function isKey(cell: string): boolean {
  return /^[\w-]{1,16}$/.test(cell)
}
