/** The ways that a message takes. */
export const channels = ['webhook', 'email', 'file', 'stdout'] as const
export type Channel = (typeof channels)[number]

/** For each of what a rule has an alert of its own. */
export const groupings = ['none', 'repository', 'project', 'organization', 'author'] as const
export type Grouping = (typeof groupings)[number]

/** What a message holds. */
export const notificationKinds = ['firing', 'resolved', 'event', 'test'] as const

/** `failed`: it is tried again. `dead`: it is not. `suppressed`: it was held back. */
export const notificationStatuses = ['sending', 'sent', 'failed', 'dead', 'suppressed'] as const
