import type { Mapping } from '../map/mapping.js'
import { detached } from '../spelling.js'
import { mayBeRounded } from '../validate/keys.js'
import { hash64 } from './key-set.js'

/** Finds keys that a spreadsheet has rounded: records with different titles or creation times share them. */
export class RoundedKeys {
  readonly found = new Set<string>()
  readonly #seen = new Map<string, number>()
  readonly #positions: readonly number[]

  constructor({ positions }: Mapping) {
    this.#positions = [...(positions.get('title') ?? []), ...(positions.get('createdAt') ?? [])]
  }

  observe(key: string, cells: readonly string[]): void {
    if (!mayBeRounded(key)) return
    const [hash] = hash64(this.#positions.map((position) => cells[position] ?? '').join('\0'))
    const before = this.#seen.get(key)
    if (before === undefined) this.#seen.set(detached(key), hash)
    else if (before !== hash) this.found.add(detached(key))
  }
}
