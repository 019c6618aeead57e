import { getOrganizationId } from '../../data/delivery/delivery-names.js'
import { addMember, memberList, memberSortFields, removeMember } from '../../data/delivery/members.js'
import { memberRoles, type MemberRole } from '../../domain/delivery/organization.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { choice } from '../../flags/options.js'
import { personNamed } from '../../flags/people.js'
import { memberView } from '../../views/member.js'
import type { CommandDefinition } from '../definition.js'

interface MembersOptions extends ListOptions {
  all?: true
}

const orgsMembersCommand: CommandDefinition = {
  name: 'members',
  description: 'List the members of an organization, by address',
  effect: 'reads',
  output: { list: memberView },
  exitCodes: [3, 8],
  examples: [
    ['cto orgs members acme', 'those who are members now'],
    ['cto orgs members acme --all --json', 'those who left too'],
  ],
  parameters: (command) => {
    command.argument('<organization>', 'slug, name, or id').option('--all', 'those who left too')
    addListOptions(command, memberSortFields)
  },
  run: (ctx: Context, name: string, options: MembersOptions) =>
    ctx.out.list(memberView, options, async (db) =>
      memberList({ organizationId: await getOrganizationId(db, name), all: options.all === true }),
    ),
}

const orgsAddCommand: CommandDefinition = {
  name: 'add',
  description: 'Make a user a member of an organization, or change the role. Roles grant nothing',
  effect: 'writes',
  output: { record: memberView },
  exitCodes: [3],
  examples: [
    ['cto orgs add acme ada', 'a member'],
    ['cto orgs add acme grace --role owner', 'with another role'],
  ],
  parameters: (command) =>
    command
      .argument('<organization>', 'slug, name, or id')
      .argument('<user>', 'email, its local part, name, id, or @me')
      .option('--role <role>', memberRoles.join(' | '), choice('role', memberRoles), 'member'),
  async run(ctx: Context, name: string, user: string, { role }: { role: MemberRole }) {
    const row = await ctx.db.write(async (tx) => {
      const organizationId = await getOrganizationId(tx, name)
      const userId = await personNamed(tx, ctx, user)
      return addMember(tx, { organizationId, userId, role }, await ctx.db.actor(tx))
    })
    await ctx.out.one(memberView, row)
  },
}

const orgsRemoveCommand: CommandDefinition = {
  name: 'remove',
  description: 'Note that a member left an organization; `orgs members --all` shows since when',
  effect: 'writes',
  output: { record: memberView },
  exitCodes: [3],
  examples: [['cto orgs remove acme ada', 'the membership stays, with its end']],
  parameters: (command) =>
    command
      .argument('<organization>', 'slug, name, or id')
      .argument('<user>', 'email, its local part, name, id, or @me'),
  async run(ctx: Context, name: string, user: string) {
    const row = await ctx.db.write(async (tx) => {
      const organizationId = await getOrganizationId(tx, name)
      const userId = await personNamed(tx, ctx, user)
      return removeMember(tx, { organizationId, userId }, await ctx.db.actor(tx))
    })
    await ctx.out.one(memberView, row)
  },
}

export const orgsMemberCommands: readonly CommandDefinition[] = [
  orgsMembersCommand,
  orgsAddCommand,
  orgsRemoveCommand,
]
