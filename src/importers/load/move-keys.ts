import { imageKeyOf } from '../../data/imports/images.js'
import { moveIdentities, type MovedBug } from '../../data/imports/bug-identities.js'
import type { BugIdentity } from '../../domain/bug-identity.js'
import type { LoadContext } from './loading.js'

/** Where the audit log keeps the replaced values of bugs. */
export const bugImages = { auditKey: imageKeyOf('bug'), onlyIds: false }

/** The bugs whose immutable id became known, which undo removes again. */
const identifiedImages = { auditKey: 'bugsIdentified', onlyIds: true }

interface MoveKeys {
  /** By id: the identity that a stored bug gets. */
  moves?: ReadonlyMap<string, BugIdentity>
  /** Keys of bugs that are created next. */
  newKeys?: readonly string[]
}

/** Gives stored bugs the keys that their source has for them now. Returns those that have another key. */
export async function moveKeys(
  { tx, importing, externalSource, effects }: LoadContext & { externalSource: string },
  { moves = new Map(), newKeys = [] }: MoveKeys,
): Promise<MovedBug[]> {
  const { renamed, released, identified } = await moveIdentities(
    tx,
    { externalSource, moves, newKeys },
    importing,
  )
  effects.renamed += renamed.length
  effects.released += released.length
  for (const { id, before } of [...renamed, ...released]) effects.images.add(bugImages, id, before)
  for (const id of identified) effects.images.add(identifiedImages, id, {})
  return renamed
}
