/** Where an event came from. */
export const eventSources = ['webhook', 'archive', 'api'] as const

/** skipped: no fact follows from it. */
export const eventStates = ['derived', 'skipped', 'failed'] as const
