import { deserialize, serialize } from 'node:v8'
import type { ImportedBug } from '../csv/validate/imported.js'
import { openScratchFile, type ScratchFile } from '../scratch-file.js'

/** Where the bug of an issue stands in the file. */
interface Place {
  offset: number
  length: number
}

/** A batch of long texts is a small one. */
const mostBytes = 4_000_000

/** The bugs of a repository on disk: there may be more of them than memory has room for. */
export class BugSpool {
  /** By the number of the issue. */
  readonly #places = new Map<number, Place>()
  #file: ScratchFile | null = null
  #size = 0

  /** Throws DISK_FULL, NOT_PERMITTED. */
  async add(bugs: ReadonlyMap<number, ImportedBug>): Promise<void> {
    if (bugs.size === 0) return
    this.#file ??= await openScratchFile('the issues of a repository')
    const texts: Buffer[] = []
    for (const [number, bug] of bugs) {
      const text = serialize(bug)
      this.#places.set(number, { offset: this.#size, length: text.length })
      this.#size += text.length
      texts.push(text)
    }
    await this.#file.append(Buffer.concat(texts))
  }

  /** All of them, in the order in which they were opened. */
  async *batches(size: number): AsyncGenerator<ImportedBug[]> {
    let bugs: ImportedBug[] = []
    let bytes = 0
    for (const [, place] of [...this.#places].sort(([a], [b]) => a - b)) {
      bugs.push(await this.#read(place))
      bytes += place.length
      if (bugs.length < size && bytes < mostBytes) continue
      yield bugs
      bugs = []
      bytes = 0
    }
    if (bugs.length > 0) yield bugs
  }

  async close(): Promise<void> {
    await this.#file?.remove()
    this.#file = null
  }

  async #read({ offset, length }: Place): Promise<ImportedBug> {
    if (this.#file === null) throw new Error('the bugs of a repository are read after they were thrown away')
    const { buffer } = await this.#file.handle.read(Buffer.allocUnsafe(length), 0, length, offset)
    return deserialize(buffer) as ImportedBug
  }
}
