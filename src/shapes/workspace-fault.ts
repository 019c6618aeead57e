import * as Type from 'typebox'
import { findingSeverities } from '../domain/finding.js'
import { Nullable, OneOf } from './shape.js'

/** The parts of a workspace that are examined. */
const faultAreas = [
  'schema',
  'migrations',
  'drift',
  'owners',
  'security',
  'rights',
  'roles',
  'limits',
  'server',
] as const

export const workspaceFaultShape = Type.Object({
  /** Its domain; null: of the database. */
  workspace: Nullable(Type.String()),
  area: OneOf(faultAreas),
  severity: OneOf(findingSeverities),
  message: Type.String(),
  /** What a person runs, or decides; null where --repair does it. */
  fix: Nullable(Type.String()),
  /** Whether --repair corrects it. */
  isRepairable: Type.Boolean(),
  /** Whether it was repaired now; null: not tried. */
  isRepaired: Nullable(Type.Boolean()),
})

export type FaultArea = (typeof faultAreas)[number]
export type WorkspaceFault = Type.Static<typeof workspaceFaultShape>
