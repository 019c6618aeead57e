import { required } from '../../errors.js'

interface CommitSizes {
  additions: number
  deletions: number
  filesChanged: number
}

/** In place of a first parent. */
const none = -1
/** The same, of a commit of which only a child is known. */
const notAdded = -2

const noSizes: CommitSizes = { additions: 0, deletions: 0, filesChanged: 0 }

/**
 * The commits of a history with their parents and sizes. Each has a place, and everything but its sha is a number in an array: a
 * commit takes 180 bytes, and the garbage collector has no objects to follow.
 */
export class CommitGraph {
  readonly #places = new Map<string, number>()
  readonly #shas: string[] = []
  readonly #firstParents: number[] = []
  /** Of merges. */
  readonly #otherParents = new Map<number, readonly number[]>()
  readonly #additions: number[] = []
  readonly #deletions: number[] = []
  readonly #filesChanged: number[] = []

  add(sha: string, parents: readonly string[], sizes = noSizes): void {
    const place = this.#reserve(sha)
    const [first, ...others] = parents.map((parent) => this.#reserve(parent))
    this.#firstParents[place] = first ?? none
    if (others.length > 0) this.#otherParents.set(place, others)
    this.#additions[place] = sizes.additions
    this.#deletions[place] = sizes.deletions
    this.#filesChanged[place] = sizes.filesChanged
  }

  /** The number of places. */
  get size(): number {
    return this.#shas.length
  }

  /** Null for a commit that was not added. */
  placeOf(sha: string): number | null {
    return this.#added(this.#places.get(sha) ?? none)
  }

  /** A part of a text keeps all of it in memory, here a chunk of what git printed; this one does not. */
  ownSha(sha: string): string {
    return this.shaAt(required(this.placeOf(sha), 'a commit of the graph'))
  }

  shaAt(place: number): string {
    return required(this.#shas[place], 'a place in the graph')
  }

  /** The places of the parents that were added. The first one is null where it was not, or where there is none. */
  parentsAt(place: number): { first: number | null; others: readonly number[] } {
    const others = this.#otherParents.get(place) ?? []
    return {
      first: this.#added(this.#firstParents[place] ?? none),
      others: others.filter((parent) => this.#added(parent) !== null),
    }
  }

  sizesOf(sha: string): CommitSizes {
    const place = required(this.placeOf(sha), 'a commit of the graph')
    return {
      additions: this.#additions[place] ?? 0,
      deletions: this.#deletions[place] ?? 0,
      filesChanged: this.#filesChanged[place] ?? 0,
    }
  }

  #reserve(sha: string): number {
    const known = this.#places.get(sha)
    if (known !== undefined) return known
    const place = this.#shas.length
    const own = Buffer.from(sha, 'latin1').toString('latin1')
    this.#places.set(own, place)
    this.#shas.push(own)
    this.#firstParents.push(notAdded)
    for (const list of [this.#additions, this.#deletions, this.#filesChanged]) list.push(0)
    return place
  }

  #added(place: number): number | null {
    return (this.#firstParents[place] ?? notAdded) === notAdded ? null : place
  }
}
