import { hash64 } from './key-set.js'
import type { Mapping } from '../map/mapping.js'
import { detached } from '../spelling.js'

const mostKeys = 10_000

/** In what the records with one key differ. Kept as hashes, and for the first 10,000 keys only. */
export class Conflicts {
  /** Our column → how many duplicates disagree with the next record of their key. */
  readonly counts = new Map<string, number>()
  readonly #earlier = new Map<string, Uint32Array>()
  readonly #fields: readonly (readonly [string, readonly number[]])[]

  constructor(mapping: Mapping) {
    this.#fields = [...mapping.positions]
  }

  /** Compares a record with the one before it that has the same key, and remembers it for the next. */
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
