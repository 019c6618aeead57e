import { auditList, auditSortFields, type AuditFilter } from '../../data/audit/audit-log.js'
import { withNamedDetails } from '../../data/audit/named-details.js'
import type { Db } from '../../engine/client.js'
import { getBugId } from '../../data/bugs/bug-names.js'
import { getByName, isUuid, kindsFoundByName } from '../../data/names.js'
import { auditedEntities } from '../../domain/kinds.js'
import { NotFoundError } from '../../errors.js'
import { periodHelp, windowAsked } from '../../flags/moments.js'
import { peopleNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { list } from '../../flags/options.js'
import { auditView } from '../../views/audit.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions {
  user?: string[]
  action?: string[]
  entity?: string[]
  created?: string
}

export const auditListCommand: CommandDefinition = {
  name: 'list',
  description: 'List changes and who made them, the newest first',
  effect: 'reads',
  output: { list: auditView },
  exitCodes: [3, 8],
  examples: [
    ['cto audit list --entity BUG-1001', 'what was done to one bug'],
    ['cto audit list --user ada --created 7d', 'what a user did this week'],
    ['cto audit list --action bug.delete,project.delete,user.delete', 'what is gone'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('Filters (repeat or separate by commas):')
      .option('--user <users>', 'email, its local part, or @me; none for no user; a leading ! negates', list)
      .option('--action <actions>', 'bug.update, or bug for all of them', list)
      .option('--entity <entities>', `a ${anyRecord}; an id; or ${entityTypes.join(', ')}`, list)
      .option('--created <when>', periodHelp)
    addListOptions(command, auditSortFields)
  },
  run: listAudit,
}

async function listAudit(ctx: Context, options: Options): Promise<void> {
  // Programs join by id.
  const isTable = ctx.out.width !== null && (ctx.line.flags.format ?? 'table') === 'table'
  await ctx.out.list(auditView, options, async (db) => {
    const list = auditList(await auditFilter(db, ctx, options))
    return isTable ? withNamedDetails(list) : list
  })
}

const entityTypes: readonly string[] = auditedEntities

/** `bug, project or user` */
const anyRecord = ['bug', ...kindsFoundByName].join(', ').replace(/, ([^,]*)$/, ' or $1')

async function auditFilter(
  db: Db,
  ctx: Context,
  { user, action, entity, created }: Options,
): Promise<AuditFilter> {
  const isType = (name: string) => entityTypes.includes(name)
  const entityIds: string[] = []
  for (const name of entity?.filter((each) => !isType(each)) ?? []) entityIds.push(await entityId(db, name))
  return {
    user: await peopleNamed(db, ctx, user),
    actions: action,
    entityTypes: entity?.filter(isType),
    entityIds: entity && entityIds,
    created: created === undefined ? undefined : await windowAsked(ctx, created),
  }
}

/** What is deleted has no name any more, but its id is found all the same. */
async function entityId(db: Db, name: string): Promise<string> {
  if (isUuid(name)) return name.toLowerCase()
  if (/^(bug-)?\d+$/i.test(name)) return getBugId(db, name)
  const found: string[] = []
  for (const kind of kindsFoundByName)
    found.push(...(await idOrNone(async () => (await getByName(db, kind, name)).id)))
  found.push(...(await idOrNone(() => getBugId(db, name))))
  const [first] = found
  if (first !== undefined) return first
  throw new NotFoundError(`no ${anyRecord} "${name}"`, {
    hint: `name a ${anyRecord}, an id, or one of ${entityTypes.join(', ')}`,
  })
}

async function idOrNone(find: () => Promise<string>): Promise<string[]> {
  try {
    return [await find()]
  } catch (error) {
    if (error instanceof NotFoundError) return []
    throw error
  }
}
