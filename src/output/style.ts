import type { ChalkInstance } from 'chalk'

/** Colour by meaning. It only repeats what the words already say, so that nothing is lost without it. */
export interface Style {
  danger(text: string): string
  warn(text: string): string
  good(text: string): string
  dim(text: string): string
  bold(text: string): string
  /** A match of a search. Without colour it is put between signs. */
  mark(text: string): string
}

/** No colour at all; signs only where there would be no other way to see it. */
export const plain: Style = {
  danger: (text) => text,
  warn: (text) => text,
  good: (text) => text,
  dim: (text) => text,
  bold: (text) => text,
  mark: (text) => `*${text}*`,
}

/** The chalk decides whether anything is coloured. */
export function chalkStyle(chalk: ChalkInstance): Style {
  return {
    danger: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    good: (text) => chalk.green(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
    mark: (text) => (chalk.level === 0 ? plain.mark(text) : chalk.bold.underline(text)),
  }
}
