/** How serious a finding of a check of the database is, the worst first. */
export const findingSeverities = ['error', 'warn', 'info'] as const

export type FindingSeverity = (typeof findingSeverities)[number]
