import type { Command } from 'commander'
import type { Context } from '../context.js'
import { addProjectsCreate } from './create.js'
import { addProjectsList } from './list.js'
import { addProjectsShow } from './show.js'

export function addProjects(group: Command, ctx: Context): void {
  addProjectsList(group, ctx)
  addProjectsShow(group, ctx)
  addProjectsCreate(group, ctx)
}
