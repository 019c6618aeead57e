/** In the order in which a repository without a setting tries them. `merge` counts only where it is set. */
export const deploySources = ['deployment', 'workflow', 'release', 'tag', 'manual'] as const

export type DeploySource = (typeof deploySources)[number] | 'merge'
