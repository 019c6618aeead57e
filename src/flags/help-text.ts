import type { AddHelpTextContext } from 'commander'
import { twoColumns } from '../output/two-columns.js'

/** A text for `addHelpText`, laid out for the width of the page. */
export type HelpText = (context: AddHelpTextContext) => string

/** Pairs below a heading: lines with their purpose, names with their meaning. */
export function pairsHelp(
  heading: string,
  pairs: readonly (readonly [left: string, right: string])[],
  gap = 2,
): HelpText {
  return (context) => `${heading}\n${twoColumns(pairs, { columns: columnsOf(context), gap })}`
}

export function columnsOf({ command }: AddHelpTextContext): number {
  return command.configureOutput().getOutHelpWidth?.() ?? 80
}
