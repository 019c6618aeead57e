import type { Block, Section } from '../../output/page.js'

/** One sentence where there is nothing to show. */
export function sectionOf(
  id: string,
  title: string,
  nothing: string | false,
  blocks: readonly Block[],
): Section {
  return { id, title, blocks: nothing === false ? blocks : [{ kind: 'note', text: nothing }] }
}

export function numberColumns(headers: readonly string[]): { header: string; align: 'right' }[] {
  return headers.map((header) => ({ header, align: 'right' }))
}
