import { auditedEntities } from '../domain/kinds.js'
import { metricIds, metricOf } from '../domain/metric.js'
import { presets } from '../importers/map/presets/index.js'
import { settingNames, settingsTable } from '../settings/table.js'

/** What the shell completes without the database, by what an argument or a flag names: words, each with its description. */
export const completedWords: Readonly<Record<string, readonly (readonly [word: string, about: string])[]>> = {
  metric: metricIds.map((id) => [id, metricOf(id).title]),
  preset: presets.map(({ name, title }) => [name, title]),
  entity: auditedEntities.map((entity) => [entity, '']),
  setting: settingNames.map((name) => [name, settingsTable[name].description]),
}
