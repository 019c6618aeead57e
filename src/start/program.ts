import { openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import type { CodeCache } from './code-cache.js'

/**
 * The modules of the program, in one file: the build writes each as the expression of a function. Reading only what a verb
 * needs takes a quarter of the time that Node takes to find, open and link as many files.
 */
export interface ProgramIndex {
  /** A hash of the program. */
  readonly build: string
  /** The verbs of the command line, as `bugs list`. */
  readonly verbs: readonly string[]
  /** Where each module lies in the file, in bytes of Latin-1. */
  readonly modules: Readonly<Record<string, readonly [at: number, length: number]>>
  /** The modules of Node that those import. */
  readonly builtins: readonly string[]
}

/** By its place in the index: the modules first, then those of Node. */
type Id = number

/** What a module exports: of our own the getters, of Node's the exports themselves. */
type Exports = Readonly<Record<string, () => unknown>>

/** Notes its exports in `loaded`. */
type ModuleFunction = (
  loaded: (Exports | undefined)[],
  load: (id: Id) => Exports,
  namespaceOf: (id: Id) => Record<string, unknown>,
  require: NodeLoader['require'],
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
 * Loads the modules of a program, each when another first uses something of it. Those that a verb needed before are one
 * script, which V8 restores in three quarters of the time of as many scripts; a module that it did not need before is a
 * script of its own.
 */
export class Program {
  readonly #folder: string
  readonly #file: number
  readonly #index: ProgramIndex
  readonly #node: NodeLoader
  readonly #names: readonly string[]
  readonly #loaded: (Exports | undefined)[]
  readonly #joined: JoinedModules
  readonly #others: Id[] = []

  /**
   * @param folder of the build
   * @param from.cache of the ids of the modules of a script, with spaces between them: what V8 compiled of it, nothing at
   *   first
   */
  constructor(folder: string, from: { index: ProgramIndex; cache: CodeCache; node: NodeLoader }) {
    this.#folder = folder
    this.#file = openSync(path.join(folder, 'program.js'), 'r')
    this.#index = from.index
    this.#node = from.node
    this.#names = Object.keys(from.index.modules)
    this.#loaded = Array<undefined>(this.#names.length + from.index.builtins.length).fill(undefined)
    this.#joined = this.#join(from.cache)
  }

  /** What a module exports; runs it first where it has not run yet. */
  load(name: string): Record<string, unknown> {
    return this.#namespaceOf(this.#names.indexOf(name))
  }

  #namespaceOf = (id: Id): Record<string, unknown> => {
    const exports = this.#loaded[id] ?? this.#load(id)
    if (id >= this.#names.length) return { ...exports, default: exports }
    return Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, value()]))
  }

  #load = (id: Id): Exports => {
    const name = this.#names[id]
    if (name === undefined) this.#loaded[id] = this.#builtin(id)
    else this.#run(id, name)
    return this.#loaded[id] ?? {}
  }

  #builtin(id: Id): Exports {
    return this.#node.require(this.#index.builtins[id - this.#names.length] ?? '') as Exports
  }

  #run(id: Id, name: string): void {
    const run = this.#joined.functions.get(id) ?? this.#alone(id, name)
    run(
      this.#loaded,
      this.#load,
      this.#namespaceOf,
      this.#node.require,
      this.#node.import,
      () => pathToFileURL(path.join(this.#folder, name)).href,
      this.#folder,
    )
  }

  #join(cache: CodeCache): JoinedModules {
    const [[ids = '', cachedData = Buffer.alloc(0)] = []] = cache
    const modules = ids.split(' ').filter(Boolean).map(Number)
    if (modules.length === 0) return { functions: new Map(), uncached: null }
    const script = new Script(this.#text(modules), {
      filename: path.join(this.#folder, 'program.js'),
      ...(cachedData.length > 0 && { cachedData }),
    })
    const functions = script.runInThisContext() as ModuleFunction[]
    return {
      functions: new Map(functions.map((run, i) => [modules[i] ?? 0, run])),
      uncached: cachedData.length === 0 || script.cachedDataRejected ? script : null,
    }
  }

  #alone(id: Id, name: string): ModuleFunction {
    const script = new Script(this.#text([id]), { filename: path.join(this.#folder, name) })
    this.#others.push(id)
    const [run] = script.runInThisContext() as [ModuleFunction]
    return run
  }

  /** The functions of modules as an array. In one buffer, since V8 would move the texts of a hundred modules as garbage. */
  #text(ids: readonly Id[]): string {
    const places = ids.map((id) => {
      const name = this.#names[id] ?? String(id)
      const [at, length] = this.#index.modules[name] ?? [0, 0]
      return { name, at, length }
    })
    const bytes = Buffer.allocUnsafe(places.reduce((sum, { length }) => sum + length + 1, 1))
    let end = 0
    for (const { name, at, length } of places) {
      bytes[end] = end === 0 ? brackets.open : brackets.comma
      if (length === 0 || readSync(this.#file, bytes, end + 1, length, at) < length) throw missing(name)
      end += length + 1
    }
    bytes[end] = brackets.close
    return bytes.toString('latin1')
  }

  /** The cache for the next run; null where the present one serves. What is compiled of a script includes the functions that ran. */
  compiledCode(): CodeCache | null {
    const { functions, uncached } = this.#joined
    if (this.#others.length > 0)
      return new Map([[[...functions.keys(), ...this.#others].join(' '), Buffer.alloc(0)]])
    return uncached && new Map([[[...functions.keys()].join(' '), uncached.createCachedData()]])
  }
}

const brackets = { open: 0x5b, comma: 0x2c, close: 0x5d }

interface JoinedModules {
  functions: ReadonlyMap<Id, ModuleFunction>
  /** The script, where V8 compiled it in this run. */
  uncached: Script | null
}
