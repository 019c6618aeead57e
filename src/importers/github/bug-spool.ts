import { deserialize, serialize } from 'node:v8'
import type { ImportedBug } from '../validate/imported.js'
import type { Remarks } from '../validate/remarks.js'
import { openScratchFile, type ScratchFile } from '../scratch-file.js'

export interface IssueRead {
  number: number
  record: ImportedBug
  remarks: Remarks
}

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

  /** All of them, in the order in which they were opened. */
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
    if (this.#file === null) throw new Error('the bugs of a repository are read after they were thrown away')
    const { buffer } = await this.#file.handle.read(Buffer.allocUnsafe(length), 0, length, offset)
    return deserialize(buffer) as IssueRead
  }
}
