import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addAuditList } from './list.js'

export function addAudit(group: Command, ctx: Context): void {
  addAuditList(group, ctx)
}
