import { getUser, updateUser } from '../../data/users/users.js'
import { normaliseEmail, userRoles, type UserRole } from '../../domain/user.js'
import { UsageError } from '../../errors.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { choice, moment } from '../../flags/options.js'
import { userView } from '../../views/user.js'
import type { CommandDefinition } from '../definition.js'

interface UpdateOptions {
  email?: string
  name?: string
  role?: UserRole
  avatarUrl?: string
  ifUnchanged?: Date
}

export const usersUpdateCommand: CommandDefinition = {
  name: 'update',
  description: 'Change fields of a user',
  effect: 'writes',
  output: { record: userView },
  exitCodes: [3, 7],
  examples: [
    ['cto users update ada --role manager', 'roles are information only'],
    ['cto users update @me --name "Ada King" --avatar-url none', 'unset a field'],
  ],
  parameters: (command) =>
    command
      .argument('<user>', 'email, or its local part where that is unique; name; id; or @me')
      .optionsGroup('Fields:')
      .option('--email <address>', 'stored in lower case; unique', normaliseEmail)
      .option('--name <text>', 'what people call them')
      .option('--role <role>', userRoles.join(' | '), choice('role', userRoles))
      .option('--avatar-url <url>', 'a picture; none unsets')
      .optionsGroup('How:')
      .option('--if-unchanged <time>', 'refuse (exit 7) where the person changed since', moment),
  run: updateOneUser,
}

async function updateOneUser(
  ctx: Context,
  name: string,
  { ifUnchanged, avatarUrl, ...plain }: UpdateOptions,
): Promise<void> {
  const isNone = avatarUrl?.toLowerCase() === 'none'
  const change = { ...plain, ...(avatarUrl !== undefined && { avatarUrl: isNone ? null : avatarUrl }) }
  if (Object.keys(change).length === 0) {
    throw new UsageError('nothing to change', { hint: 'name a field: cto users update --help' })
  }
  if (change.name?.trim() === '') throw new UsageError('a user needs a name')
  const { user, changed } = await ctx.db.write(async (tx) => {
    const id = await personNamed(tx, ctx, name)
    const actor = await ctx.db.actor(tx)
    const changed = await updateUser(tx, { id, change, actor, ifUnchangedSince: ifUnchanged })
    return { user: await getUser(tx, id), changed }
  })
  if (!changed) ctx.out.notice(`${user.email} is already so; nothing was changed`)
  await ctx.out.one(userView, user)
}
