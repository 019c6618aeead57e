import { eraseAccounts, findAccountsOfUser } from '../../data/delivery/erase-accounts.js'
import { eraseWords, findNaming } from '../../data/delivery/erase-words.js'
import { getRecord } from '../../data/plain-records.js'
import { deleteSessions, findSessionsOfUser } from '../../data/sessions/change-sessions.js'
import { countBugsOf, getShownUser, userRecords } from '../../data/users/users.js'
import { counted } from '../../domain/counted.js'
import { normaliseEmail, userRoles, type UserRole } from '../../domain/user.js'
import { choice } from '../../flags/options.js'
import { personNamed } from '../../flags/people.js'
import type { User } from '../../shapes/user.js'
import { shownUserView, userView } from '../../views/user.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'
import { plainVerbs, type PlainNoun } from '../plain-verbs.js'
import { warnOfNaming } from '../warn-of-naming.js'
import { usersActivityCommands } from './activity.js'
import { usersLinkCommands } from './link.js'
import { usersWorkloadCommand } from './workload.js'

interface UserOptions {
  email?: string
  name?: string
  role?: UserRole
  avatarUrl?: string
}

const users: PlainNoun<User, UserOptions> = {
  records: userRecords,
  view: userView,
  namedBy: 'email, or its local part if that is unique; name; id; or @me',
  find: personNamed,
  addFields(command, verb) {
    const [byDefault, unset] = verb === 'create' ? ['; engineer unless given', ''] : ['', '; none unsets']
    return command
      .option('--email <address>', 'stored in lower case; unique', normaliseEmail)
      .option('--name <text>', 'what people call them')
      .option('--role <role>', `${userRoles.join(' | ')}${byDefault}`, choice('role', userRoles))
      .option('--avatar-url <url>', `a picture${unset}`)
  },
  needed: { email: normaliseEmail, name: (answer) => answer.trim() },
  valuesOf: ({ name, avatarUrl, ...plain }) => ({
    ...plain,
    ...(name !== undefined && { name: name.trim() }),
    ...(avatarUrl !== undefined && { avatarUrl: avatarUrl.toLowerCase() === 'none' ? null : avatarUrl }),
  }),
  shown: { note: ', and when they last changed something', view: shownUserView, get: getShownUser },
  deletion: {
    note: '; bugs, history and sessions stay, without the user, and linked accounts are erased',
    addFlags: (command) =>
      command.option('--with-sessions', 'delete their sessions too, and what tools did in them'),
    async consequence(db, id, { withSessions }) {
      const [bugs, accounts] = [await countBugsOf(db, id), (await findAccountsOfUser(db, id)).length]
      const sessions = (await findSessionsOfUser(db, id)).length
      const left = [
        ...(bugs > 0 ? [counted(bugs, 'bug')] : []),
        ...(sessions > 0 && !withSessions ? [counted(sessions, 'session')] : []),
      ]
      const gone = [
        ...(sessions > 0 && withSessions ? [`deleting ${counted(sessions, 'session')}`] : []),
        ...(accounts > 0 ? [`erasing ${counted(accounts, 'account')}`] : []),
      ]
      const parts = [...(left.length > 0 ? [`leaving ${left.join(' and ')} without them`] : []), ...gone]
      return parts.map((part) => `, ${part}`).join('')
    },
    async alongside(tx, ctx, id, { withSessions }) {
      const actor = await ctx.db.actor(tx)
      if (withSessions) await deleteSessions(tx, { ids: await findSessionsOfUser(tx, id), actor })
      const accounts = await findAccountsOfUser(tx, id)
      if (accounts.length > 0) await eraseAccounts(tx, { accounts, keys: encryptionKeys(ctx) }, actor)
      const { email, name } = await getRecord(tx, userRecords, id)
      const called = { logins: [], emails: [email], names: [name] }
      await eraseWords(tx, called)
      warnOfNaming(ctx, await findNaming(tx, called))
    },
  },
  examples: {
    list: [
      ['cto users list', 'all of them, by email'],
      ['cto users list -f ids', 'addresses, for another command'],
    ],
    show: [
      ['cto users show ada', 'ada@example.com, where there is one ada'],
      ['cto users show @me --json', 'the acting user'],
    ],
    create: [
      ['cto users create --email ada@example.com --name "Ada Lovelace"', 'an engineer'],
      [
        'cto users create --email grace@example.com --name Grace --role qa_engineer',
        'roles are information only',
      ],
    ],
    update: [
      ['cto users update ada --role manager', 'roles are information only'],
      ['cto users update @me --name "Ada King" --avatar-url none', 'unset a field'],
    ],
    delete: [
      ['cto users delete ada', 'asks first, and prints who it was'],
      ['cto users delete ada --with-sessions', 'what is known of their work goes too'],
      [
        'cto bugs list --assignee ada -f ids | cto bugs assign --from - --to grace',
        'hand over the work before',
      ],
    ],
  },
}

export const usersGroup: readonly CommandDefinition[] = [
  ...plainVerbs(users),
  ...usersActivityCommands,
  ...usersLinkCommands,
  usersWorkloadCommand,
]
