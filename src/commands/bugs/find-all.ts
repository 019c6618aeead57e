import { CtoError, required } from '../../errors.js'
import type { FieldOptions, Finder } from './fields.js'

/**
 * Looks up every name of many records, each once.
 *
 * @throws CtoError NOT_FOUND or AMBIGUOUS with all that cannot be found
 */
export async function findAll(find: Finder, records: readonly FieldOptions[]): Promise<Finder> {
  const failures: CtoError[] = []
  const lookUp = async (
    names: readonly (string | null | undefined)[],
    one: (name: string) => Promise<string>,
  ) => {
    const ids = new Map<string, string>()
    for (const name of new Set(names)) {
      if (name === null || name === undefined) continue
      try {
        ids.set(name, await one(name))
      } catch (error) {
        if (!(error instanceof CtoError)) throw error
        failures.push(error)
      }
    }
    return ids
  }
  const projects = await lookUp(
    records.map(({ project }) => project),
    find.project,
  )
  const people = await lookUp(
    records.flatMap(({ assignee, creator }) => [assignee, creator]),
    find.person,
  )
  const [failure] = failures
  if (failure && failures.length === 1) throw failure
  if (failure) {
    throw new CtoError(failure.code, `${failures.length} names cannot be looked up; nothing was stored`, {
      reason: failures
        .map(({ message, reason }) => (reason === undefined ? message : `${message}, ${reason}`))
        .join('; '),
      hint: failure.hint,
    })
  }
  return {
    project: (name) => Promise.resolve(required(projects.get(name), 'the project that was looked up')),
    person: (name) => Promise.resolve(required(people.get(name), 'the person who was looked up')),
  }
}
