import * as Type from 'typebox'
import { Nullable, OneOf } from './shape.js'

/** `none` never opens the database; `destroys` deletes what cannot be restored. */
const effects = ['none', 'reads', 'writes', 'destroys'] as const

const argumentShape = Type.Object({
  name: Type.String(),
  required: Type.Boolean(),
  repeatable: Type.Boolean(),
  /** What it names: `bug`, `project`, `user`, `file`, …, or `text`. */
  type: Type.String(),
  description: Type.String(),
})

const flagShape = Type.Object({
  /** `--limit` */
  name: Type.String(),
  /** `-L` */
  short: Nullable(Type.String()),
  /** `boolean` takes no value; `enum` one of `values`; `integer`, `text`, `file`, `project`, … as their names say. */
  type: Type.String(),
  /** As help shows it: `n` for `--limit <n>`. */
  placeholder: Nullable(Type.String()),
  /** Where they are known beforehand. */
  values: Nullable(Type.Array(Type.String())),
  default: Type.Unknown(),
  /** Repeats add up, and so do commas. */
  repeatable: Type.Boolean(),
  required: Type.Boolean(),
  /** The heading under which help lists it. */
  group: Type.String(),
  /** Every command takes it. */
  global: Type.Boolean(),
  description: Type.String(),
})

/** A command, as programs, pages and shells need to know it. */
export const commandShape = Type.Object({
  /** `bugs list` */
  path: Type.String(),
  description: Type.String(),
  effect: OneOf(effects),
  arguments: Type.Array(argumentShape),
  flags: Type.Array(flagShape),
  formats: Type.Array(Type.String()),
  /** Names that `--fields` takes. */
  fields: Type.Array(Type.String()),
  exitCodes: Type.Array(Type.Object({ code: Type.Integer(), meaning: Type.String() })),
  /** JSON Schema of what `--json` prints; null where that is nothing. */
  output: Nullable(Type.Object({}, { additionalProperties: true })),
  examples: Type.Array(Type.Object({ line: Type.String(), what: Type.String() })),
})

/** A page of help that belongs to no command. */
export const helpTopicShape = Type.Object({
  name: Type.String(),
  summary: Type.String(),
  text: Type.String(),
})

export const completionScriptShape = Type.Object({
  shell: OneOf(['bash', 'zsh', 'fish', 'powershell']),
  script: Type.String(),
})

export type Effect = (typeof effects)[number]
export type CommandDescription = Type.Static<typeof commandShape>
export type FlagDescription = Type.Static<typeof flagShape>
export type ArgumentDescription = Type.Static<typeof argumentShape>
export type HelpTopic = Type.Static<typeof helpTopicShape>
export type Shell = Type.Static<typeof completionScriptShape>['shell']
