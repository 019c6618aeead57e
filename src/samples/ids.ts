const kinds = [
  ...(['user', 'project', 'bug', 'history', 'day', 'import', 'month', 'portfolio'] as const),
  ...(['session', 'toolEvent', 'dashboard', 'organization', 'member', 'repository', 'account'] as const),
  ...([
    'commit',
    'pull',
    'response',
    'issue',
    'deployment',
    'review',
    'rule',
    'notification',
    'key',
  ] as const),
] as const

/** The ids distinguish the sets from each other, and all of them from other rows. */
export type SampleSet = 'small' | 'large' | 'workspaces' | 'delivery'

const prefixes: Record<SampleSet, string> = {
  small: '5eed000',
  large: '5eed001',
  workspaces: '5eed002',
  delivery: '5eed003',
}

/**
 * The same on every machine. The first eight digits, by which lists show an import, differ between the imports of a set:
 * `5eed0010-0003-4000-8000-00000000002a` is the large
 * set's bug 42.
 */
export function sampleId(set: SampleSet, kind: (typeof kinds)[number], n: number): string {
  const group = String(kinds.indexOf(kind) + 1).padStart(4, '0')
  const digit = kind === 'import' ? (n - 1).toString(16) : '0'
  return `${prefixes[set]}${digit}-${group}-4000-8000-${n.toString(16).padStart(12, '0')}`
}

/** The range of all ids of a set, both ends included. */
export function sampleRange(set: SampleSet): { first: string; last: string } {
  return {
    first: `${prefixes[set]}0-0000-0000-0000-000000000000`,
    last: `${prefixes[set]}f-ffff-ffff-ffff-ffffffffffff`,
  }
}
