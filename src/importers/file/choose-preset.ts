import type { Encoding } from '../csv/encoding.js'
import { firstRows } from './first-rows.js'
import type { Source } from '../csv/source.js'
import type { FoundTable } from '../csv/table.js'
import type { ImportType } from '../../domain/kinds.js'
import { CtoError, required } from '../../errors.js'
import { detectPreset, type Detection } from '../map/detect.js'
import type { MappingFlags } from '../map/mapping-flags.js'
import { presets, requirePreset } from '../map/presets/index.js'
import type { Preset } from '../map/presets/preset.js'
import type { PlanQuestions } from './plan-questions.js'

interface PresetRequest {
  type: ImportType
  mapping: MappingFlags
  questions?: PlanQuestions | undefined
}

interface ChosenPreset {
  preset: Preset
  /** The preset that fits second best; null if none does or the user chose. */
  runnerUp: Preset | null
  /** Whether the user was asked. */
  asked: boolean
}

/**
 * The preset that the user named, that wrote the rejects file, or that fits the header and the first values best.
 *
 * @throws CtoError AMBIGUOUS where two fit, differ, and no question can be asked
 */
export async function choosePreset(
  source: Source,
  { type, mapping, questions }: PresetRequest,
  at: { encoding: Encoding; table: FoundTable },
): Promise<ChosenPreset> {
  if (mapping.preset !== null) return { preset: requirePreset(mapping.preset), runnerUp: null, asked: false }
  const known = presets.find(({ name }) => name === at.table.rejectedFrom?.preset)
  if (known !== undefined) return { preset: known, runnerUp: null, asked: false }
  const detected = detectPreset(type, at.table.columns, await firstRows(source, at))
  const { preset, runnerUp, differences } = detected
  if (runnerUp === null || differences.length === 0) return { ...detected, asked: false }
  if (questions === undefined) throw twoPresets(source.name, detected)
  const answer = requirePreset(await questions.preset(preset, runnerUp, differences))
  return { preset: answer, runnerUp: answer === preset ? runnerUp : preset, asked: true }
}

function twoPresets(name: string, { preset, runnerUp, differences }: Detection): CtoError {
  const [first] = differences
  const other = required(runnerUp, 'the preset that differs')
  const words =
    first === undefined
      ? ''
      : `: ${first.field} "${first.word}" is ${first.best} in ${preset.title}, ${first.runnerUp} in ${other.title}`
  return new CtoError('AMBIGUOUS', `"${name}" can come from two trackers`, {
    reason: `its headers and values fit both${words}`,
    hint: `--from ${preset.name} or --from ${other.name}`,
  })
}
