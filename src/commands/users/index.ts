import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addUsersCreate } from './create.js'
import { addUsersDelete } from './delete.js'
import { addUsersList } from './list.js'
import { addUsersShow } from './show.js'
import { addUsersUpdate } from './update.js'
import { addUsersWorkload } from './workload.js'

export function addUsers(group: Command, ctx: Context): void {
  addUsersList(group, ctx)
  addUsersShow(group, ctx)
  addUsersCreate(group, ctx)
  addUsersUpdate(group, ctx)
  addUsersDelete(group, ctx)
  addUsersWorkload(group, ctx)
}
