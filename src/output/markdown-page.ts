import { markdownCells, markdownLine, markdownRule, markdownText } from './markdown.js'
import type { Block, Cell, FigureCard, PageContent, PageTable } from './page.js'
import { visibleStrings } from './visible.js'

/** The page for a mail or a wiki: as HTML has it, with the table of each chart instead of the drawing. */
export function markdownPage(content: PageContent): string {
  // A page is read on terminals too.
  const { title, subtitle, sections } = visibleStrings(content)
  const parts = sections.map((section) => [
    `## ${markdownText(section.title)}`,
    ...section.blocks.map(blockText),
  ])
  return `${[`# ${markdownText(title)}`, markdownText(subtitle), ...parts.flat()].map((part) => part.trimEnd()).join('\n\n')}\n`
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'note':
      return markdownText(block.text)
    case 'sentences':
      return block.sentences.map((sentence) => `- ${markdownText(sentence)}`).join('\n')
    case 'figures':
      return figuresText(block.figures)
    case 'chart':
    case 'table':
      return tableText(block.table)
  }
}

function figuresText(figures: readonly FigureCard[]): string {
  const rows = figures.map(({ title, value, unit, change, remark }) => [
    title,
    `${value} ${unit}`.trimEnd(),
    change === null ? '' : [change.text, change.verdict].filter((part) => part !== null).join(', '),
    remark,
  ])
  const head = markdownLine(['figure', 'value', 'change', 'from'])
  return head + markdownRule([{}, { align: 'right' }, {}, {}]) + rows.map(markdownLine).join('')
}

function tableText({ caption, columns, rows }: PageTable): string {
  const head = markdownLine(columns.map(({ header }) => header)) + markdownRule(columns)
  return `**${markdownText(caption)}**\n\n${head}${rows.map((cells) => markdownCells(cells.map(cellText))).join('')}`
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return markdownText(cell)
  return 'href' in cell ? `[${markdownText(cell.text)}](<${linkTarget(cell.href)}>)` : markdownText(cell.text)
}

/** What would end the link or the cell, percent-encoded. */
function linkTarget(href: string): string {
  return href.replace(/[|\\`<>\n]/g, encodeURIComponent)
}
