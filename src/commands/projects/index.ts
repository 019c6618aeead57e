import { projectsAdvanceCommand } from './advance.js'
import { projectsCreateCommand } from './create.js'
import { projectsDeleteCommand } from './delete.js'
import { projectsListCommand } from './list.js'
import { projectsOverviewCommand } from './overview.js'
import { projectsSearchCommand } from './search.js'
import { projectsShowCommand } from './show.js'
import { projectsUpdateCommand } from './update.js'
import type { CommandDefinition } from '../definition.js'

export const projectsGroup: readonly CommandDefinition[] = [
  projectsListCommand,
  projectsShowCommand,
  projectsSearchCommand,
  projectsOverviewCommand,
  projectsCreateCommand,
  projectsUpdateCommand,
  projectsAdvanceCommand,
  projectsDeleteCommand,
]
