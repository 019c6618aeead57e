import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addProjectsAdvance } from './advance.js'
import { addProjectsCreate } from './create.js'
import { addProjectsDelete } from './delete.js'
import { addProjectsList } from './list.js'
import { addProjectsOverview } from './overview.js'
import { addProjectsSearch } from './search.js'
import { addProjectsShow } from './show.js'
import { addProjectsUpdate } from './update.js'

export function addProjects(group: Command, ctx: Context): void {
  addProjectsList(group, ctx)
  addProjectsShow(group, ctx)
  addProjectsSearch(group, ctx)
  addProjectsOverview(group, ctx)
  addProjectsCreate(group, ctx)
  addProjectsUpdate(group, ctx)
  addProjectsAdvance(group, ctx)
  addProjectsDelete(group, ctx)
}
