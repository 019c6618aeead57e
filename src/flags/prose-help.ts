import { reflow } from '../output/reflow.js'
import { columnsOf, type HelpText } from './help-text.js'

/** Paragraphs for `addHelpText`, broken for the width of the page. Apart from `help-text.ts`: what measures columns loads slowly. */
export function proseHelp(text: string): HelpText {
  return (context) => reflow(text, columnsOf(context))
}
