import path from 'node:path'
import { cacheFolder } from '../files/cache-folder.js'
import { readCodeCache, writeCodeCache } from './code-cache.js'
import { type NodeLoader, Program, type ProgramIndex, readIndex } from './program.js'

/** What the program needs of the process before it runs. */
export interface Running extends NodeLoader {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** The version and architecture of Node, which decide whether V8 can use what it compiled. */
  readonly runtime: string
  readonly pid: number
  /** Of the user; undefined on systems that have none. */
  readonly uid: number | undefined
  /** Of the build. */
  readonly folder: string
}

/**
 * Loads the program and runs its main(). The first run of a verb notes its modules and the second one stores what V8 compiled
 * of them, since compiling takes a third of a short command. NODE_DISABLE_COMPILE_CACHE turns that off, as it does for Node's
 * own cache.
 */
export async function runProgram({ folder, env, ...process }: Running): Promise<void> {
  const index = readIndex(folder)
  const verb = env['NODE_DISABLE_COMPILE_CACHE'] ? null : verbOf(process.argv, index)
  const file = verb && path.join(cacheFolder(env), 'code', `${process.runtime}-${index.build}`, verb)
  const cache = file ? readCodeCache(file, process.uid) : new Map<string, Buffer>()
  const program = new Program(folder, { index, cache, node: process })
  const { main } = program.load('main.js') as { main: () => Promise<void> }
  await main()
  const code = file ? program.compiledCode() : null
  if (file && code) writeCodeCache(file, code, String(process.pid))
}

/** The verb of a line, as the name of a file; null for a line that has none, which prints a page or fails. */
function verbOf(argv: readonly string[], { verbs }: ProgramIndex): string | null {
  const [noun = '', verb = ''] = argv
  return [`${noun} ${verb}`, noun].find((words) => verbs.includes(words))?.replace(' ', '-') ?? null
}
