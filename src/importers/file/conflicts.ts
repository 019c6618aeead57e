import { hash64 } from './key-set.js'
import type { Mapping } from '../map/mapping.js'
import { detached } from '../spelling.js'

const mostKeys = 10_000

/** Counts the differences between records with one key. Stores hashes, and only those of the first 10,000 keys. */
export class Conflicts {
  /** Our column → how many duplicates disagree with the next record of their key. */
  readonly counts = new Map<string, number>()
  readonly #earlier = new Map<string, Uint32Array>()
  readonly #fields: readonly (readonly [string, readonly number[]])[]

  constructor(mapping: Mapping) {
    this.#fields = [...mapping.positions]
  }

  /** Compares a record with the previous one of the same key, and stores it for the next. */
  compare(key: string, cells: readonly string[]): void {
    const hashes = Uint32Array.from(
      this.#fields,
      ([, positions]) => hash64(positions.map((position) => cells[position] ?? '').join('\0'))[0],
    )
    const earlier = this.#earlier.get(key)
    if (earlier === undefined && this.#earlier.size >= mostKeys) return
    this.#earlier.set(earlier === undefined ? detached(key) : key, hashes)
    if (earlier === undefined) return
    for (const [index, [field]] of this.#fields.entries()) {
      if (earlier[index] !== hashes[index]) this.counts.set(field, (this.counts.get(field) ?? 0) + 1)
    }
  }
}
