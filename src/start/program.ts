import { openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import type { CodeCache } from './code-cache.js'

/**
 * The modules of the program, in one file: the build writes each as the expression of a function that takes the
 * variables of a CommonJS module. Reading only what a verb needs takes a quarter of the time that Node takes to find,
 * open and link as many files.
 */
export interface ProgramIndex {
  /** A hash of the program. */
  readonly build: string
  /** The verbs of the command line, as `bugs list`. */
  readonly verbs: readonly string[]
  /** Where each module lies in the file, in bytes, and whether it is UTF-8 or Latin-1. */
  readonly modules: Readonly<
    Record<string, readonly [at: number, length: number, encoding: 'utf8' | 'latin1']>
  >
}

type ModuleFunction = (
  exports: unknown,
  require: NodeLoader['require'],
  module: { exports: unknown },
  importModule: NodeLoader['import'],
  urlOf: () => string,
  folder: string,
) => void

/** How Node loads its own modules and packages. */
export interface NodeLoader {
  readonly require: (name: string) => unknown
  readonly import: (name: string) => Promise<unknown>
}

/** As Node fails where an installation is not complete. */
function missing(name: string): Error {
  return Object.assign(new Error(`Cannot find module ${name} in program.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  })
}

/** The index of the program in a folder. */
export function readIndex(folder: string): ProgramIndex {
  return JSON.parse(readFileSync(path.join(folder, 'program.json'), 'utf8')) as ProgramIndex
}

/** Loads the modules of a program. */
export class Program {
  readonly #folder: string
  readonly #file: number
  readonly #index: ProgramIndex
  readonly #cache: CodeCache
  readonly #node: NodeLoader
  readonly #modules = new Map<string, { exports: unknown }>()
  readonly #scripts = new Map<string, Script>()
  #compiled = 0

  /** @param folder of the build */
  constructor(folder: string, from: { index: ProgramIndex; cache: CodeCache; node: NodeLoader }) {
    this.#folder = folder
    this.#file = openSync(path.join(folder, 'program.js'), 'r')
    this.#index = from.index
    this.#cache = from.cache
    this.#node = from.node
  }

  /** The exports of a module; runs it first where it has not run yet. */
  load(name: string): unknown {
    const known = this.#modules.get(name)
    if (known) return known.exports
    const module = { exports: {} as unknown }
    this.#modules.set(name, module)
    const run = this.#script(name).runInThisContext() as ModuleFunction
    run(
      module.exports,
      (specifier) =>
        specifier.startsWith('#') ? this.load(specifier.slice(1)) : this.#node.require(specifier),
      module,
      this.#node.import,
      () => pathToFileURL(path.join(this.#folder, name)).href,
      this.#folder,
    )
    return module.exports
  }

  #script(name: string): Script {
    const place = this.#index.modules[name]
    if (!place) throw missing(name)
    const [at, length, encoding] = place
    const bytes = Buffer.allocUnsafe(length)
    if (readSync(this.#file, bytes, 0, length, at) < length) throw missing(name)
    const cachedData = this.#cache.get(name)
    const script = new Script(bytes.toString(encoding), {
      filename: path.join(this.#folder, name),
      ...(cachedData ? { cachedData } : {}),
    })
    if (!cachedData || script.cachedDataRejected) this.#compiled++
    this.#scripts.set(name, script)
    return script
  }

  /** What V8 compiled of all modules that were loaded; null where all of it came from the cache. */
  compiledCode(): CodeCache | null {
    if (this.#compiled === 0) return null
    return new Map([...this.#scripts].map(([name, script]) => [name, script.createCachedData()]))
  }
}
