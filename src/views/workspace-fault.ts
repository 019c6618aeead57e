import type { RecordView } from '../output/field.js'
import type { Style } from '../output/style.js'
import type { WorkspaceFault } from '../shapes/workspace-fault.js'

const styleOf: Record<WorkspaceFault['severity'], keyof Style> = {
  error: 'danger',
  warn: 'warn',
  info: 'dim',
}

export const workspaceFaultView: RecordView<WorkspaceFault> = {
  name: 'finding',
  plural: 'findings',
  shape: 'workspaceFault',
  id: ({ workspace, message }) => `${workspace ?? 'all'} ${message}`,
  defaults: ['workspace', 'area', 'severity', 'message', 'isRepaired', 'fix'],
  fields: [
    { name: 'workspace', header: 'WORKSPACE', text: ({ workspace }) => workspace ?? 'all' },
    { name: 'area', header: 'AREA', omit: 1 },
    {
      name: 'severity',
      header: 'SEVERITY',
      text: ({ severity }, { style }) => style[styleOf[severity]](severity),
    },
    { name: 'message', header: 'MESSAGE', shrink: 0, least: 40, wrap: true },
    { name: 'isRepairable', header: 'REPAIRABLE' },
    {
      name: 'isRepaired',
      header: 'REPAIRED',
      text: ({ isRepairable, isRepaired }, { style }) =>
        isRepaired === null
          ? isRepairable
            ? 'by --repair'
            : '—'
          : isRepaired
            ? style.good('yes')
            : style.danger('no'),
    },
    { name: 'fix', header: 'FIX', omit: 0, below: 'whole' },
  ],
}
