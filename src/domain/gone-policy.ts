/** What an import does with unresolved bugs whose issue is gone. */
export const gonePolicies = ['keep', 'defer', 'close'] as const

export type GonePolicy = (typeof gonePolicies)[number]
