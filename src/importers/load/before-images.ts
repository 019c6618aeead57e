/** Rows as they were in the fields that were changed, by id. */
export type Images = Record<string, object>

/** Where the audit log stores the values that an import replaced in one kind of record. */
export interface ImageStore {
  /** The key in the details of the audit row. */
  auditKey: string
  /** Personal records: only the ids are kept, no values. */
  onlyIds: boolean
}

/**
 * The values that an import replaces, so that it can be undone. The history of bugs holds their recorded fields; the image
 * holds the derived ones, such as the SLA clock.
 */
export class BeforeImages {
  #values = new Map<string, Images>()
  #ids = new Map<string, string[]>()
  #records = 0
  #characters = 0

  add({ auditKey, onlyIds }: ImageStore, id: string, before: object): void {
    this.#records += 1
    if (onlyIds) {
      this.#idsOf(auditKey).push(id)
      return
    }
    const images = this.#values.get(auditKey) ?? {}
    this.#values.set(auditKey, images)
    // What a row was at first is what undo restores.
    images[id] = { ...before, ...images[id] }
    this.#characters += JSON.stringify(before).length
  }

  absorb(other: BeforeImages): void {
    for (const [auditKey, images] of other.#values) {
      const own = this.#values.get(auditKey) ?? {}
      this.#values.set(auditKey, own)
      for (const [id, before] of Object.entries(images)) own[id] = { ...before, ...own[id] }
    }
    for (const [auditKey, ids] of other.#ids) {
      const own = this.#idsOf(auditKey)
      for (const id of ids) own.push(id)
    }
    this.#records += other.#records
    this.#characters += other.#characters
  }

  /** Whether the images need an audit row of their own: an import of ordinary size fits in one row. */
  get isFull(): boolean {
    return this.#records >= mostRecords || this.#characters >= mostCharacters
  }

  /** Returns all images in the form of audit rows, and clears them. */
  take(): Record<string, Images | string[]> {
    const taken = Object.fromEntries<Images | string[]>([...this.#values, ...this.#ids])
    this.#values = new Map()
    this.#ids = new Map()
    this.#records = 0
    this.#characters = 0
    return taken
  }

  #idsOf(auditKey: string): string[] {
    const ids = this.#ids.get(auditKey) ?? []
    this.#ids.set(auditKey, ids)
    return ids
  }
}

const mostRecords = 10_000
const mostCharacters = 4_000_000
