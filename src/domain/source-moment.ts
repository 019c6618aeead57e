/** The inputs of the date of an imported change. */
export interface SourceMoment {
  /**
   * The source's own date of the change: resolvedAt for a step into shipped or closed, else its updatedAt; null where it
   * gives none.
   */
  given: Date | null
  /** The source last changed the bug before what an earlier import knew of it: an old file. */
  isOldFile: boolean
  /** The latest moment at which the field, or the SLA clock, is known to have changed; the creation is one. */
  newest: { at: Date; byPerson: boolean }
  /** Not before the newest history of the row. */
  now: Date
}

export interface Moment {
  at: Date
  /** The moment is not the date of the source: figures for the time between are a guess. */
  isDoubtful: boolean
}

/**
 * When a change happened that an import brings: on the date that the source gives, if that neither lies in the future nor
 * before what is already known to have happened.
 */
export function sourceMoment({ given, isOldFile, newest, now }: SourceMoment): Moment {
  const at = moment({ given: given ?? now, isOldFile, newest, now })
  return { at, isDoubtful: at.getTime() !== given?.getTime() }
}

function moment({ given, isOldFile, newest, now }: SourceMoment & { given: Date }): Date {
  if (given > now || isOldFile) return now
  if (given >= newest.at) return given
  return newest.byPerson ? now : newest.at
}
