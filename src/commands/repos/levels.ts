/** How much of a repository is stored, from everything to nothing but facts without texts. */
export const levels = ['public', 'internal', 'confidential', 'restricted'] as const

export type Level = (typeof levels)[number]
