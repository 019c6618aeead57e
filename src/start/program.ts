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

/**
 * Loads the modules of a program. Those that a verb needed before are one script, which V8 restores in three quarters of the
 * time of as many scripts; a module that it did not need before is a script of its own.
 */
export class Program {
  readonly #folder: string
  readonly #file: number
  readonly #index: ProgramIndex
  readonly #node: NodeLoader
  readonly #modules = new Map<string, { exports: unknown }>()
  readonly #joined: JoinedModules
  readonly #others: string[] = []

  /**
   * @param folder of the build
   * @param from.cache of the names of the modules of a script, with spaces between them: what V8 compiled of it, nothing at
   *   first
   */
  constructor(folder: string, from: { index: ProgramIndex; cache: CodeCache; node: NodeLoader }) {
    this.#folder = folder
    this.#file = openSync(path.join(folder, 'program.js'), 'r')
    this.#index = from.index
    this.#node = from.node
    this.#joined = this.#join(from.cache)
  }

  /** The exports of a module; runs it first where it has not run yet. */
  load(name: string): unknown {
    const known = this.#modules.get(name)
    if (known) return known.exports
    const module = { exports: {} as unknown }
    this.#modules.set(name, module)
    const run = this.#joined.functions.get(name) ?? this.#alone(name)
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

  #join(cache: CodeCache): JoinedModules {
    const [[names = '', cachedData = Buffer.alloc(0)] = []] = cache
    const modules = names.split(' ').filter((name) => this.#index.modules[name] !== undefined)
    if (modules.length === 0) return { functions: new Map(), uncached: null }
    const script = new Script(`[${modules.map((name) => this.#text(name)).join()}]`, {
      filename: path.join(this.#folder, 'program.js'),
      ...(cachedData.length > 0 && { cachedData }),
    })
    const functions = script.runInThisContext() as ModuleFunction[]
    return {
      functions: new Map(modules.flatMap((name, i) => (functions[i] ? [[name, functions[i]]] : []))),
      uncached: cachedData.length === 0 || script.cachedDataRejected ? script : null,
    }
  }

  #alone(name: string): ModuleFunction {
    const script = new Script(this.#text(name), { filename: path.join(this.#folder, name) })
    // A single letter beyond Latin-1 would double the memory of a joined text.
    if (this.#index.modules[name]?.[2] === 'latin1') this.#others.push(name)
    return script.runInThisContext() as ModuleFunction
  }

  #text(name: string): string {
    const place = this.#index.modules[name]
    if (!place) throw missing(name)
    const [at, length, encoding] = place
    const bytes = Buffer.allocUnsafe(length)
    if (readSync(this.#file, bytes, 0, length, at) < length) throw missing(name)
    return bytes.toString(encoding)
  }

  /** The cache for the next run; null where the present one serves. What is compiled of a script includes the functions that ran. */
  compiledCode(): CodeCache | null {
    const { functions, uncached } = this.#joined
    if (this.#others.length > 0)
      return new Map([[[...functions.keys(), ...this.#others].join(' '), Buffer.alloc(0)]])
    return uncached && new Map([[[...functions.keys()].join(' '), uncached.createCachedData()]])
  }
}

interface JoinedModules {
  functions: ReadonlyMap<string, ModuleFunction>
  /** The script, where V8 compiled it in this run. */
  uncached: Script | null
}
