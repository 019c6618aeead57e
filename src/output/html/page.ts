import { required } from '../../errors.js'
import { markup, trusted, type Markup } from '../markup.js'
import type { Block, Cell, Chart, FigureCard, FigureTrend, PageContent, Section, PageTable } from '../page.js'
import { visibleStrings } from '../visible.js'
import { pageStyle } from './page-style.js'
import { svgChart } from './svg-chart.js'

/** A page that stands on its own: nothing is loaded, no script runs. */
export function htmlPage(content: PageContent): string {
  // Control characters and bidi overrides are spelled out here, once for the whole page.
  const { title, subtitle, sections } = visibleStrings(content)
  const isPlaced = sections.some(({ place }) => place !== undefined)
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header>
<h1>${title}</h1>
<p>${subtitle}</p>
${isPlaced ? '' : contentsHtml(sections)}</header>
<main id="main" tabindex="-1"${trusted(isPlaced ? ' class="places"' : '')}>
${sections.map(sectionHtml)}</main>
</body>
</html>
`.toString()
}

function contentsHtml(sections: readonly Section[]): Markup {
  return markup`<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
`
}

function sectionHtml({ id, title, blocks, place }: Section): Markup {
  const isDrawn = place === undefined && blocks.some(({ kind }) => kind === 'chart')
  return markup`<section id="${id}" aria-labelledby="${id}-title"${place === undefined ? '' : placeHtml(place)}>
<h2 id="${id}-title">${title}</h2>
<div class="blocks${isDrawn ? ' two' : ''}">
${blocks.map(blockHtml)}</div>
</section>
`
}

function placeHtml({ x, y, w, h }: NonNullable<Section['place']>): Markup {
  return markup` style="--x:${x + 1};--y:${y + 1};--w:${w};--h:${h}"`
}

function blockHtml(block: Block): Markup {
  switch (block.kind) {
    case 'note':
      return markup`<p class="row">${block.text}</p>\n`
    case 'sentences':
      return markup`<ul class="row sentences">${block.sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>\n`
    case 'figures':
      return markup`<ul class="figures${block.prominent ? ' row prominent' : ''}">${block.figures.map(cardHtml)}</ul>\n`
    case 'chart':
      return markup`${chartHtml(block.chart)}<details class="row"><summary>Table: ${block.table.caption}</summary>
${tableHtml(block.table)}</details>\n`
    case 'table':
      return markup`<div class="row">${tableHtml(block.table)}</div>\n`
  }
}

function cardHtml({ title, value, unit, change, remark, severity }: FigureCard): Markup {
  const name = severity === undefined ? markup`${title}` : withDot(title, severity)
  return markup`<li><span class="name">${name}</span><span class="value"><b>${together(value)}</b> <span class="unit">${unit}</span></span>${change === null ? '' : changeHtml(change)}<span class="remark">${remark}</span></li>`
}

/** A number stays in one line with what follows it: `30.3 M`, `up from 6.6 d`. */
function together(text: string): string {
  return text.replace(/(?<=\d) (?=[^\s\w]$|[a-z]$)/i, '\u00a0')
}

const arrows = { up: '▲', down: '▼' } as const

/** Better or worse is a word beside the colour. */
function changeHtml({ direction, text, verdict }: FigureTrend): Markup {
  const arrow = direction === null ? '' : markup`<span aria-hidden="true">${arrows[direction]}</span> `
  const word = verdict === null ? '' : markup` <strong>${verdict}</strong>`
  return markup`<span class="change ${verdict ?? ''}">${arrow}${together(text)}${word}</span>`
}

function withDot(text: string, severity: string): Markup {
  return markup`<span class="dot" style="background:var(--${severity})"></span>${text}`
}

function chartHtml(chart: Chart): Markup {
  return markup`<figure><figcaption>${chart.label}</figcaption>${svgChart(chart)}</figure>\n`
}

/** On a phone each row is a block, whose cells have their headers before them; elsewhere a wide table scrolls. */
function tableHtml({ caption, columns, rows }: PageTable): Markup {
  const align = (index: number) => trusted(columns[index]?.align === 'right' ? ' class="number"' : '')
  const kind = (index: number, cell: Cell) => (isLong(cell) ? trusted(' class="long"') : align(index))
  const shade = (cell: Cell) =>
    typeof cell === 'object' && 'shade' in cell
      ? markup` style="--shade:${Math.round(mostShade * cell.shade)}%"`
      : ''
  const label = (index: number) =>
    markup` data-label="${required(columns[index], 'a column for every cell').header}"`
  const head = columns.map(({ header }, i) => markup`<th scope="col"${align(i)}>${header}</th>`)
  const body = rows.map(([first = '', ...rest]) => {
    const cells = rest.map(
      (cell, i) => markup`<td${kind(i + 1, cell)}${shade(cell)}${label(i + 1)}>${cellHtml(cell)}</td>`,
    )
    return markup`<tr><th scope="row"${trusted(isKey(first) ? ' class="key"' : '')}>${cellHtml(first)}</th>${cells}</tr>\n`
  })
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Table: ${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody>
</table></div>`
}

/** Of the colour in the paper's, so that text stays legible on it. */
const mostShade = 40

function cellHtml(cell: Cell): Markup {
  if (typeof cell === 'string') return markup`${cell}`
  if ('shade' in cell) return markup`${cell.text}`
  return 'href' in cell
    ? markup`<a href="${cell.href}">${cell.text}</a>`
    : markup`<span class="severity">${withDot(cell.text, cell.severity)}</span>`
}

/** Of more than half a line of a phone. */
function isLong(cell: Cell): boolean {
  return typeof cell === 'string' && cell.length > 20
}

/** A number or a date is not broken at its hyphens, as a name may be. */
function isKey(cell: Cell): boolean {
  return /^[\w-]{1,16}$/.test(typeof cell === 'string' ? cell : cell.text)
}
