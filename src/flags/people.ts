import type { Context } from '../context.js'
import type { ValueFilter } from '../data/bugs/bug-filter.js'
import { getByName } from '../data/names.js'
import { createUserFix, hasUsers } from '../data/users/first-user.js'
import type { Db } from '../engine/client.js'
import { CtoError } from '../errors.js'
import { idFilterOf } from './value-filter.js'

/** The ids of the users that a filter flag names. @throws as `personNamed` */
export function peopleNamed(
  db: Db,
  ctx: Context,
  names: readonly string[] | undefined,
): Promise<ValueFilter<string> | undefined> {
  return names === undefined
    ? Promise.resolve(undefined)
    : idFilterOf(names, (name) => personNamed(db, ctx, name))
}

/** The id of a user, also of `@me`. @throws NotFoundError, CtoError AMBIGUOUS or NOT_CONFIGURED */
export async function personNamed(db: Db, ctx: Context, name: string): Promise<string> {
  return name === '@me' ? actingUserId(db, ctx) : (await getByName(db, 'user', name)).id
}

/** @throws CtoError NOT_CONFIGURED without an acting user, NOT_FOUND for one that the database does not have */
async function actingUserId(db: Db, ctx: Context): Promise<string> {
  const { userId } = await ctx.db.actor(db, { mustBeKnown: true })
  if (userId !== null) return userId
  throw new CtoError('NOT_CONFIGURED', '@me needs an acting user', {
    hint: (await hasUsers(db)) ? 'name yourself with --as you@example.com or CTO_USER' : createUserFix,
  })
}
