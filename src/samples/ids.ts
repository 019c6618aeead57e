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
    'event',
  ] as const),
] as const

export type SampleKind = (typeof kinds)[number]

/** The ids distinguish the sets from each other, and all of them from other rows. */
export type SampleSet = 'small' | 'large' | 'workspaces' | 'delivery'

const prefixes: Record<SampleSet, string> = {
  small: '5eed000',
  large: '5eed001',
  workspaces: '5eed2',
  delivery: '5eed3',
}

const shownDigits = 8

/** Of which lists show the first eight digits of the id. */
const shownByStart: readonly SampleKind[] = ['import', 'session', 'review']

/**
 * The same on every machine: `5eed0010-0003-4000-8000-00000000002a` is the large set's bug 42. The first eight digits
 * differ between records that lists show by them, except for the sessions of the large set, which SQL numbers.
 */
export function sampleId(set: SampleSet, kind: SampleKind, n: number): string {
  const prefix = prefixes[set]
  const start = shownByStart.includes(kind)
    ? prefix + (n - 1).toString(16).padStart(shownDigits - prefix.length, '0')
    : prefix.padEnd(shownDigits, '0')
  return `${start}-${groupOf(kind)}-4000-8000-${n.toString(16).padStart(12, '0')}`
}

/** What the ids of a kind begin with; the number, in twelve hexadecimal digits, is the rest. */
export function sampleIdPrefix(set: SampleSet, kind: SampleKind): string {
  return `${prefixes[set].padEnd(shownDigits, '0')}-${groupOf(kind)}-4000-8000-`
}

function groupOf(kind: SampleKind): string {
  return String(kinds.indexOf(kind) + 1).padStart(4, '0')
}

/** The range of all ids of a set, both ends included. */
export function sampleRange(set: SampleSet): { first: string; last: string } {
  return {
    first: `${prefixes[set].padEnd(shownDigits, '0')}-0000-0000-0000-000000000000`,
    last: `${prefixes[set].padEnd(shownDigits, 'f')}-ffff-ffff-ffff-ffffffffffff`,
  }
}
