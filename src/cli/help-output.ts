import type { Command } from 'commander'
import { pageFile, readyWidths } from './ready-page.js'

interface HelpOutput {
  write(text: string): void
  width(): number
}

/** Directs help to `write`. Commander's own error messages are dropped: `report` prints errors. */
export function directHelp(command: Command, { write, width }: HelpOutput): void {
  command.exitOverride().configureOutput({
    writeOut: write,
    writeErr: () => {},
    outputError: () => {},
    getOutHelpWidth: width,
    getOutHasColors: () => false,
  })
  for (const child of command.commands) directHelp(child, { write, width })
}

/** Every page of a tree in each of the ready widths, by its file: for the build. */
export function renderPages(program: Command): Record<string, string> {
  const pages = readyWidths.flatMap((width) => {
    let page = ''
    directHelp(program, { write: (text) => (page += text), width: () => width })
    return pathsOf(program).map(({ command, words }) => {
      page = ''
      command.outputHelp()
      return [`${width}/${pageFile(words, command.commands.length > 0)}`, page] as const
    })
  })
  return Object.fromEntries(pages)
}

function pathsOf(command: Command, words: readonly string[] = []): { command: Command; words: string[] }[] {
  const below = command.commands.flatMap((child) => pathsOf(child, [...words, child.name()]))
  return [{ command, words: [...words] }, ...below]
}
