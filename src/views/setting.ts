import type { RecordView } from '../output/field.js'
import { settingsTable, type SettingName } from '../settings/table.js'
import type { SettingRow } from '../shapes/setting.js'

export const settingView: RecordView<SettingRow> = {
  name: 'setting',
  plural: 'settings',
  shape: 'setting',
  id: ({ name }) => name,
  defaults: ['name', 'value', 'source'],
  fields: [
    { name: 'name', header: 'SETTING' },
    { name: 'value', header: 'VALUE', shrink: 2, text: valueText },
    { name: 'origin', header: 'ORIGIN' },
    {
      name: 'source',
      header: 'WHERE',
      shrink: 3,
      text: ({ source }, { style }) => source ?? style.dim('default'),
    },
    { name: 'type', header: 'TYPE' },
    { name: 'description', header: 'MEANING', shrink: 1 },
  ],
}

function valueText({ name, value }: SettingRow, { style }: { style: { dim(text: string): string } }): string {
  if (value !== null) return String(value)
  const setting = (settingsTable as Partial<Record<string, { otherwise?: string }>>)[name as SettingName]
  return setting?.otherwise === undefined ? '—' : style.dim(`— (${setting.otherwise})`)
}
