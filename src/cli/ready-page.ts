import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Env, OutputStream } from './host.js'

/** A page of help is no wider than this. */
const widest = 100

/** The widths for which the build writes pages down: that of a pipe or a plain terminal, and that of all wide ones. */
export const readyWidths: readonly number[] = [80, widest]

/** The columns that a page of help takes. */
export function pageWidth({ width }: Pick<OutputStream, 'width'>): number {
  return Math.min(width, widest)
}

/** Where the build puts a page, below the folder of its width. No command has a name with an underscore. */
export function pageFile(words: readonly string[], hasVerbs: boolean): string {
  return hasVerbs ? path.join(...words, '_page.txt') : `${path.join(...words)}.txt`
}

/**
 * The help page of a line that asks only for one, so that no command has to be loaded. Null for any other line or width,
 * which commander answers.
 */
export function readyPage(
  argv: readonly string[],
  { packageRoot, stdout }: { packageRoot: string; stdout: Pick<OutputStream, 'width'> },
): string | null {
  const { words, asked } = pageAskedFor(argv)
  if (words.length > 2 || !words.every((word) => /^[a-z]+$/.test(word))) return null
  const folder = path.join(packageRoot, 'dist/help', String(pageWidth(stdout)))
  const read = (hasVerbs: boolean) => readOrNull(path.join(folder, pageFile(words, hasVerbs)))
  return read(true) ?? (asked && words.length > 0 ? read(false) : null)
}

/** `cto` and `cto bugs` get their page unasked, `cto status` does not. */
function pageAskedFor(argv: readonly string[]): { words: readonly string[]; asked: boolean } {
  const last = argv.at(-1)
  if (last === '--help' || last === '-h') return { words: argv.slice(0, -1), asked: true }
  return argv[0] === 'help' ? { words: argv.slice(1), asked: true } : { words: argv, asked: false }
}

/** The script of `cto completion bash`, which many shells ask for whenever they start; null for any other line. */
export function readyScript(
  argv: readonly string[],
  { packageRoot, env }: { packageRoot: string; env: Env },
): string | null {
  const [command, shell = ''] = argv
  const isAsked = argv.length === 2 && command === 'completion' && /^[a-z]+$/.test(shell) && !env['CTO_JSON']
  return isAsked ? readOrNull(path.join(packageRoot, 'dist/completion', shell)) : null
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
