import type { Mapping } from '../map/mapping.js'
import { detached } from '../spelling.js'
import { soundUid } from '../validate/keys.js'
import type { SourceRules } from '../validate/source-rules.js'
import { KeySet } from './key-set.js'

/** Immutable ids that several records of a file have under different keys. */
export interface RepeatedUids {
  /** Of one bug, as far as its date of creation shows: the last record with each id. */
  lastOf: ReadonlyMap<string, number>
  /** Of different bugs: records of another creation than the first one with the id are refused. */
  shared: ReadonlySet<string>
}

/** The immutable id of a record, empty where it has none, and what shows whether two with one id are the same bug. */
export interface UidReader {
  uidOf(cells: readonly string[]): string
  creationOf(cells: readonly string[]): string
}

/** Null where the file has no such ids; ids that are not sound count as none. Where it has no dates of creation, the titles stand for them. */
export function uidReader({ positions }: Mapping, preset: SourceRules): UidReader | null {
  const [uidAt] = positions.get('externalUid') ?? []
  if (uidAt === undefined) return null
  const [creationAt] = positions.get('createdAt') ?? positions.get('title') ?? []
  const cell = (cells: readonly string[], at: number | undefined): string =>
    at === undefined ? '' : (cells[at] ?? '').trim()
  return {
    uidOf: (cells) => soundUid(cell(cells, uidAt), preset),
    creationOf: (cells) => cell(cells, creationAt),
  }
}

/** Finds them in one pass. Ids are kept as hashes, except those that are repeated. */
export class UidSurvey implements RepeatedUids {
  readonly lastOf = new Map<string, number>()
  readonly shared = new Set<string>()
  readonly #reader: UidReader | null
  readonly #uids = new KeySet()
  readonly #known = new KeySet()

  constructor(mapping: Mapping, preset: SourceRules) {
    this.#reader = uidReader(mapping, preset)
  }

  observe(key: string, cells: readonly string[], record: number): void {
    if (this.#reader === null) return
    const uid = this.#reader.uidOf(cells)
    if (uid === '') return
    const isNew = this.#uids.add(uid)
    const isNewKey = this.#known.add(`${uid}\0key\0${key}`)
    const isNewCreation = this.#known.add(`${uid}\0creation\0${this.#reader.creationOf(cells)}`)
    if (isNew) return
    if (isNewKey && isNewCreation) this.shared.add(detached(uid))
    else if (this.lastOf.has(uid)) this.lastOf.set(uid, record)
    else if (isNewKey) this.lastOf.set(detached(uid), record)
  }
}
