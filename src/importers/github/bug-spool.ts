import { deserialize, serialize } from 'node:v8'
import type { ImportedBug } from '../validate/imported.js'
import type { Remarks } from '../validate/remarks.js'
import { openScratchFile, type ScratchFile } from '../scratch-file.js'

export interface IssueRead {
  number: number
  record: ImportedBug
  remarks: Remarks
}

/** The position of an issue's bug in the file. */
interface Place {
  offset: number
  length: number
}

/** Batches of long texts are smaller. */
const mostBytes = 4_000_000

/** Stores the bugs of a repository on disk, since they may not fit in memory. */
export class BugSpool {
  /** By the number of the issue. */
  readonly #places = new Map<number, Place>()
  #file: ScratchFile | null = null
  #size = 0

  /** Throws DISK_FULL, NOT_PERMITTED. */
  async add(issues: readonly IssueRead[]): Promise<void> {
    if (issues.length === 0) return
    this.#file ??= await openScratchFile('the issues of a repository')
    const texts: Buffer[] = []
    for (const issue of issues) {
      const text = serialize(issue)
      this.#places.set(issue.number, { offset: this.#size, length: text.length })
      this.#size += text.length
      texts.push(text)
    }
    await this.#file.append(Buffer.concat(texts))
  }

  /** All bugs, in the order in which the issues were opened. */
  async *batches(size: number): AsyncGenerator<IssueRead[]> {
    let issues: IssueRead[] = []
    let bytes = 0
    for (const [, place] of [...this.#places].sort(([a], [b]) => a - b)) {
      issues.push(await this.#read(place))
      bytes += place.length
      if (issues.length < size && bytes < mostBytes) continue
      yield issues
      issues = []
      bytes = 0
    }
    if (issues.length > 0) yield issues
  }

  async close(): Promise<void> {
    await this.#file?.remove()
    this.#file = null
  }

  async #read({ offset, length }: Place): Promise<IssueRead> {
    if (this.#file === null) throw new Error('the bugs of a repository were read after close')
    const { buffer } = await this.#file.handle.read(Buffer.allocUnsafe(length), 0, length, offset)
    return deserialize(buffer) as IssueRead
  }
}
