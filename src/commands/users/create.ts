import { createUser } from '../../data/users/users.js'
import { normaliseEmail, userRoles, type UserRole } from '../../domain/user.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { choice } from '../../flags/options.js'
import { userView } from '../../views/user.js'
import type { CommandDefinition } from '../definition.js'

interface CreateOptions {
  email?: string
  name?: string
  role?: UserRole
  avatarUrl?: string
}

export const usersCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Add a user',
  effect: 'writes',
  output: { record: userView },
  exitCodes: [7],
  examples: [
    ['cto users create --email ada@example.com --name "Ada Lovelace"', 'an engineer'],
    [
      'cto users create --email grace@example.com --name Grace --role qa_engineer',
      'roles are information only',
    ],
  ],
  parameters: (command) =>
    command
      .option('--email <address>', 'stored in lower case; unique', normaliseEmail)
      .option('--name <text>', 'what people call them')
      .option('--role <role>', `${userRoles.join(' | ')}; engineer unless given`, choice('role', userRoles))
      .option('--avatar-url <url>', 'a picture'),
  run: createOneUser,
}

async function createOneUser(ctx: Context, options: CreateOptions): Promise<void> {
  const { email, name } = await askForMissing(ctx, options)
  const user = await ctx.db.write(async (tx) =>
    createUser(tx, { user: { ...options, email, name }, actor: await ctx.db.actor(tx) }),
  )
  await ctx.out.one(userView, user)
}

async function askForMissing(
  ctx: Context,
  { email, name }: CreateOptions,
): Promise<{ email: string; name: string }> {
  const missing = [...(email === undefined ? ['--email'] : []), ...(name === undefined ? ['--name'] : [])]
  if (missing.length > 0 && !ctx.ask.canAsk) {
    throw new UsageError(`a user needs ${missing.join(' and ')}`, {
      hint: 'cto users create --email ada@example.com --name Ada',
    })
  }
  const whole = {
    email: email ?? normaliseEmail(await ctx.ask.text('Email:')),
    name: (name ?? (await ctx.ask.text('Name:'))).trim(),
  }
  if (whole.name === '') throw new UsageError('a user needs a name')
  return whole
}
