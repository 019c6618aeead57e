import type { CommandDefinition } from '../definition.js'
import { dashboardsCreateCommand } from './create.js'
import { dashboardsDeleteCommand } from './delete.js'
import { dashboardsHistoryCommand } from './history.js'
import { dashboardsListCommand } from './list.js'
import { dashboardsRenderCommand } from './render.js'
import { dashboardsRestoreCommand } from './restore.js'
import { dashboardsShowCommand } from './show.js'
import { dashboardsUpdateCommand } from './update.js'

export const dashboardsGroup: readonly CommandDefinition[] = [
  dashboardsListCommand,
  dashboardsShowCommand,
  dashboardsCreateCommand,
  dashboardsUpdateCommand,
  dashboardsDeleteCommand,
  dashboardsRenderCommand,
  dashboardsHistoryCommand,
  dashboardsRestoreCommand,
]
