import type { Command } from 'commander'
import type { DashboardValues } from '../../data/dashboards/change-dashboards.js'
import { parseLayout, type DashboardLayout } from '../../domain/dashboard-layout.js'
import { parseJson } from '../../domain/parse-json.js'
import { isUnseen } from '../../domain/text.js'
import { userRoles, type UserRole } from '../../domain/user.js'
import type { Db } from '../../engine/client.js'
import { CtoError, UsageError } from '../../errors.js'
import { scopedWidgets } from '../../flags/dashboard.js'
import { integerBetween, words } from '../../flags/options.js'
import { inputName, readTextFile } from '../../flags/text-file.js'
import type { Context } from '../../context.js'

/** The flags of `create` and `update`. */
export interface DashboardOptions {
  layout?: string
  description?: string
  default?: boolean
  public?: boolean
  sharedWith?: UserRole[]
  refresh?: number
}

const mostSeconds = 86_400

export function addDashboardOptions(command: Command): Command {
  return command
    .optionsGroup('Fields:')
    .option('--layout <file>', 'its widgets, as JSON; - reads stdin; docs/dashboards.md explains it')
    .option('--description <text>', 'what it is for; none: nothing')
    .option('--default', 'the first one of its user, instead of another')
    .option('--no-default', 'one of several')
    .option('--public', 'information only: every user of the database can read it')
    .option('--no-public', 'likewise')
    .option('--shared-with <roles>', `likewise: ${userRoles.join(', ')}`, words('role', userRoles))
    .option(
      '--refresh <seconds>',
      'how often a program that shows it reads again; 30 unless given',
      integerBetween(1, mostSeconds),
    )
}

/**
 * The values that the options set. Checks the form of the layout; not yet whether the names in its filters exist.
 *
 * @throws CtoError, NotFoundError
 */
export async function dashboardValues(
  ctx: Context,
  { layout, description, sharedWith, refresh, ...flags }: DashboardOptions,
): Promise<Partial<DashboardValues>> {
  return {
    ...(layout !== undefined && { widgetLayout: await readLayout(ctx, layout) }),
    ...(description !== undefined && { description: description === 'none' ? null : description }),
    ...(flags.default !== undefined && { isDefault: flags.default }),
    ...(flags.public !== undefined && { isPublic: flags.public }),
    ...(sharedWith !== undefined && { sharedWithRoles: [...new Set(sharedWith)] }),
    ...(refresh !== undefined && { refreshIntervalSeconds: refresh }),
  }
}

/** Users, projects and times that the filters of widgets name must be there. @throws NotFoundError, CtoError, UsageError */
export async function requireKnownFilters(
  db: Db,
  ctx: Context,
  { widgetLayout }: Partial<DashboardValues>,
): Promise<void> {
  if (widgetLayout !== undefined) await scopedWidgets(db, ctx, widgetLayout.widgets)
}

/** @throws UsageError unless it is one line of 100 characters at most */
export function dashboardName(text: string): string {
  const name = text.trim()
  if (!isUnseen(name) && !/\p{Cc}/u.test(name) && name.length <= 100) return name
  throw new UsageError('a dashboard needs a name of one line, 100 characters at most', {
    hint: 'cto dashboards create Team',
  })
}

async function readLayout(ctx: Context, file: string): Promise<DashboardLayout> {
  const text = await readTextFile(ctx, file)
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    throw new CtoError('INVALID_VALUE', `${inputName(file)} is not JSON`, {
      reason: error instanceof Error ? error.message : undefined,
    })
  }
  return parseLayout(value)
}
