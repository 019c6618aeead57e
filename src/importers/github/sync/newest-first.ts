/** How far a part of a repository is synced, as `syncState` of the repository stores it. */
export interface PartState {
  /** Everything that changed before this moment is stored. */
  through?: string | undefined
  /** Of the first page of the last pass. */
  etag?: string | undefined
  /** A pass that has not reached its end. */
  pass?: Pass | undefined
}

interface Pass {
  /** Where its next page begins. */
  cursor: string
  newest: string | null
  /** The oldest item that may still change without being listed as changed. */
  open: string | null
  etag?: string | undefined
}

export interface Asked {
  cursor: string | null
  /** Older items are stored. */
  through: string | null
  etag: string | undefined
}

export interface Fetched<Item> {
  items: readonly Item[]
  /** Where the next page begins. */
  next: string | null
  etag?: string | null
}

export interface Listing<Item> {
  /** Null: unchanged since the ETag. */
  fetch(asked: Asked): Promise<Fetched<Item> | null>
  /** By which the list is ordered, the newest first; undefined: the list is always read to its end. */
  momentOf(item: Item): string | undefined
  /** Whether it is read again in the next sync. */
  isOpen?(item: Item): boolean
}

export interface Portion<Item> {
  items: readonly Item[]
  /** The state once the items are stored. */
  state: PartState
}

/**
 * Reads a list that is ordered by the last change, the newest first, down to what is stored. An item that changes meanwhile
 * moves to the front: it may be read twice, or be missed; then it changed after the newest one read here, where the next
 * sync ends. A pass that was interrupted is continued, and what changed since is read after it.
 */
export async function* newestFirst<Item>(
  begun: PartState,
  listing: Listing<Item>,
): AsyncGenerator<Portion<Item>> {
  const rest = yield* onePass(begun, listing)
  if (begun.pass !== undefined) yield* onePass(rest, listing)
}

async function* onePass<Item>(
  begun: PartState,
  { fetch, momentOf, isOpen = () => false }: Listing<Item>,
): AsyncGenerator<Portion<Item>, PartState> {
  const { through } = begun
  let state = begun
  for (;;) {
    const { cursor = null, newest: found = null, open: held = null, etag } = state.pass ?? {}
    const asked = { cursor, through: through ?? null, etag: cursor === null ? begun.etag : undefined }
    const page = await fetch(asked)
    if (page === null) return state
    const { items, next } = page
    const moments = items.flatMap((item) => momentOf(item) ?? [])
    const newest = cursor === null ? latest(moments) : found
    const open = earliest([held, ...items.map((item) => (isOpen(item) ? momentOf(item) : null))])
    const firstEtag = cursor === null ? (page.etag ?? undefined) : etag
    const isLast = next === null || (through !== undefined && (earliest(moments) ?? through) < through)
    state = isLast
      ? { through: earliest([open, newest]) ?? through, etag: firstEtag }
      : { through, pass: { cursor: next, newest, open, etag: firstEtag } }
    yield { items: items.filter((item) => through === undefined || isSince(momentOf(item), through)), state }
    if (isLast) return state
  }
}

/** Items of the very moment are read again. */
function isSince(moment: string | undefined, through: string): boolean {
  return moment === undefined || moment >= through
}

function latest(moments: readonly string[]): string | null {
  return moments.reduce<string | null>((a, b) => (a === null || b > a ? b : a), null)
}

function earliest(moments: readonly (string | null | undefined)[]): string | null {
  return moments.reduce<string | null>((a, b) => (b && (a === null || b < a) ? b : a), null)
}
