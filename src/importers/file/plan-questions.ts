import type { PresetDifference } from '../map/detect.js'
import type { Preset } from '../map/presets/preset.js'
import type { DateOrder } from '../validate/date-order.js'

/** Questions that can arise before the first record is read. */
export interface PlanQuestions {
  /** One of the two, by name. */
  preset(best: Preset, runnerUp: Preset, differences: readonly PresetDifference[]): Promise<string>
  /** One of the orders, such as `dd/MM/yyyy`. */
  dateFormat(column: string, examples: readonly string[], orders: readonly DateOrder[]): Promise<string>
}
