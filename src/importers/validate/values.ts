import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { ProjectStatus } from '../../domain/project.js'
import type { UserRole } from '../../domain/user.js'
import { countSlips, nearest } from '../../domain/nearest.js'
import { detached, valueKey } from '../spelling.js'

/** Words for severities with the same meaning in every product. Major is not among them: Bugzilla and Jira differ. */
export const commonSeverities: Readonly<Record<BugSeverity, readonly string[]>> = {
  critical: [
    'Critical',
    'Highest',
    'Urgent',
    'Immediate',
    'Blocker',
    'P0',
    'P1',
    'S1',
    'sev-0',
    'sev-1',
    'fatal',
  ],
  high: ['High', 'P2', 'S2', 'sev-2', 'error'],
  medium: ['Medium', 'Normal', 'Moderate', 'P3', 'S3', 'sev-3', 'warning'],
  low: ['Low', 'Lowest', 'Minor', 'Trivial', 'enhancement', 'P4', 'P5', 'S4', 'sev-4', 'info', 'debug'],
}

export const commonStatuses: Readonly<Record<BugStatus, readonly string[]>> = {
  pending: [
    'pending',
    'Open',
    'New',
    'To Do',
    'Tareas por hacer',
    'Por hacer',
    'Untriaged',
    'Unassigned',
    'Backlog',
    'Triage',
    'UNCONFIRMED',
    'CONFIRMED',
    'REOPENED',
    'NEEDINFO',
    'Waiting',
    'Proposed',
    'Approved',
    'opened',
    'unscheduled',
    'planned',
    'Not Started',
  ],
  in_progress: [
    'In Progress',
    'En curso',
    'In Review',
    'En revisión',
    'Patch Available',
    'ASSIGNED',
    'STARTED',
    'Active',
    'Committed',
    'Doing',
  ],
  verified: ['Verified', 'Verified - UAT', 'Ready for Release'],
  shipped: ['Shipped', 'Released', 'Delivered', 'Deployed', 'Live'],
  deferred: ['Deferred', 'LATER', 'REMIND', 'Postponed', 'On Hold', 'Icebox', 'ignored', 'archived'],
  closed: [
    'Closed',
    'Resolved',
    'Done',
    'Completed',
    'Complete',
    'Solved',
    'Listo',
    'Finalizada',
    'Cancelled',
    'Canceled',
    'Abandoned',
    'Duplicate',
    'Obsolete',
    'Declined',
    'Rejected',
    "Won't fix",
    'Works for me',
    'Incomplete',
    'Invalid',
  ],
}

/** Resolutions that mean closed, if neither status nor category decides. */
export const closingResolutions: readonly string[] = [
  'Fixed',
  'Implemented',
  "Won't Do",
  'Moved',
  'Expired',
  'Inactive',
  'Cannot Reproduce',
  'Not A Bug',
  'Not A Problem',
  'Workaround',
  'Information Provided',
]

export const projectStatusWords: Readonly<Record<ProjectStatus, readonly string[]>> = {
  active: ['Active', 'Open', 'In Progress', 'Ongoing', 'Started'],
  shipped: ['Shipped', 'Released', 'Launched', 'Live', 'Done', 'Completed'],
  deferred: ['Deferred', 'On Hold', 'Paused', 'Postponed', 'Backlog', 'Planned', 'Archived'],
  cancelled: ['Cancelled', 'Canceled', 'Abandoned', 'Dropped'],
}

export const roleWords: Readonly<Record<UserRole, readonly string[]>> = {
  cto: ['CTO'],
  manager: ['Manager', 'Engineering Manager', 'Project Manager', 'Team Lead'],
  engineer: ['Engineer', 'Developer', 'Software Engineer'],
  senior_engineer: ['Senior Engineer', 'Senior Developer', 'Senior Software Engineer'],
  qa_engineer: ['QA Engineer', 'QA', 'Tester'],
}

/** Maps a source's word to our value; undefined for an unknown word. */
export type Translator<Ours extends string> = (word: string) => Ours | undefined

/**
 * Combines tables of words; later ones override earlier ones, and the user's answers override all. Words are
 * compared without case, spaces, `_`, `-` and apostrophes, and also without pictures (`🔴 High`) and a leading `1 - ` or `P1-`.
 */
export function translator<Ours extends string>(
  tables: readonly (Readonly<Partial<Record<Ours, readonly string[]>>> | undefined)[],
  answers: ReadonlyMap<string, Ours>,
): Translator<Ours> {
  const words = new Map<string, Ours>()
  for (const table of tables) {
    for (const [ours, theirs] of Object.entries(table ?? {}) as [Ours, readonly string[]][]) {
      for (const word of theirs) words.set(valueKey(word), ours)
    }
  }
  const translate: Translator<Ours> = (word) => {
    const key = valueKey(word)
    const found = answers.get(key) ?? words.get(key)
    if (found !== undefined) return found
    const plain = word.replace(pictures, '')
    const bare = valueKey(plain.replace(/^\s*[ps]?\d+\s*[-–:.]\s*(?=\D)/i, ''))
    return answers.get(bare) ?? words.get(bare) ?? words.get(valueKey(plain))
  }

  // A column has few different words. Unknown ones are not cached: an answer can make them known.
  const known = new Map<string, Ours>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined) return before
    const ours = translate(word)
    if (ours !== undefined && known.size < mostWordsKept) known.set(detached(word), ours)
    return ours
  }
}

const mostWordsKept = 1000

const pictures = /[\p{Extended_Pictographic}\ufe0f]/gu

/** Words that hint at a value of ours, the clearest first. */
type Hints<Ours extends string> = readonly (readonly [RegExp, Ours])[]

const statusHints: Hints<BugStatus> = [
  [/review|progress|develop|implement|coding|test|qa|patch|working/i, 'in_progress'],
  [/verif|accept|ready for (?:release|deploy)/i, 'verified'],
  [/ship|releas|deploy|deliver|production/i, 'shipped'],
  [/hold|later|block|park|someday|defer/i, 'deferred'],
  [
    /clos|done|fix|resolv|complet|finish|cancel|reject|duplic|reproduc|invalid|not a bug|by design/i,
    'closed',
  ],
  // German, French, Spanish, Portuguese, Swedish, Japanese, Chinese and Korean.
  [/arbeit|bearbeitung|en cours|en curso|andamento|pågå|対応中|進行中|进行中|처리중/i, 'in_progress'],
  [/zurückgestellt|reporté|pospuest|adiad|vilande|保留|挂起/i, 'deferred'],
  [
    /erledigt|geschlossen|gelöst|behoben|fertig|terminé|fermé|résolu|cerrad|resuelt|fechad|conclu|stängd|löst|完了|解決|已关闭|已解决|완료/i,
    'closed',
  ],
  [/^(?:offen|neu|ouvert|nouveau|abiert|nuev|abert|novo|öppen|ny$|未|新規|新建|待)/i, 'pending'],
]

const severityHints: Hints<BugSeverity> = [
  [/(?:^|\b(?:sev|severity|p|prio|priority|level)\W*)[01](?=[\s-]|$)/i, 'critical'],
  [/(?:^|\b(?:sev|severity|p|prio|priority|level)\W*)2(?=[\s-]|$)/i, 'high'],
  [/(?:^|\b(?:sev|severity|p|prio|priority|level)\W*)3(?=[\s-]|$)/i, 'medium'],
  [/(?:^|\b(?:sev|severity|p|prio|priority|level)\W*)[45](?=[\s-]|$)/i, 'low'],
  [/block|[ck]riti[ckqs]|urgent|show.?stop|catastroph|emergency|unbreak/i, 'critical'],
  [/high|major|severe|important/i, 'high'],
  [/low|minor|trivial|cosmetic|wish|nice/i, 'low'],
  // German, French, Spanish, Portuguese, Swedish, Japanese, Chinese and Korean.
  [/höchst|dringend|plus élevé|más alt|mais alt|緊急|紧急|긴급/i, 'critical'],
  [/^(?:hoch|haute?$|élevé|alt[ao]$|hög|高|높음)/i, 'high'],
  [/^(?:mittel|moyen|medi[ao]$|médi[ao]$|medel|中|보통)/i, 'medium'],
  [/^(?:niedrig|gering|basse?$|faible|baj[ao]$|baix[ao]$|låg|低|낮음)/i, 'low'],
]

const projectStatusHints: Hints<ProjectStatus> = [
  [/cancel|abandon|drop|reject|kill/i, 'cancelled'],
  [/hold|later|block|park|paus|someday|defer|plan|idea/i, 'deferred'],
  [/ship|releas|deploy|deliver|production|launch|done|finish|complet/i, 'shipped'],
  [/progress|develop|working|running|started/i, 'active'],
]

const roleHints: Hints<UserRole> = [
  [/\bqa\b|quality|test/i, 'qa_engineer'],
  [/\bcto\b|chief/i, 'cto'],
  [/manag|lead|head|director/i, 'manager'],
  [/senior|staff|principal|architect/i, 'senior_engineer'],
  [/engineer|develop|program/i, 'engineer'],
]

/** Our likely value for an unknown word, for a suggested flag or answer and never for a value. */
export interface Guess<Ours extends string> {
  value: Ours
  /** The known word that is likely misspelled; null for a hint in the word. */
  meant: string | null
}

/** A slip in a known word (`critcal`, `in progess`) counts before a hint. Undefined without either. */
export type Guesser<Ours extends string> = (word: string) => Guess<Ours> | undefined

function guesser<Ours extends string>(
  words: Readonly<Record<Ours, readonly string[]>>,
  hints: Hints<Ours>,
): Guesser<Ours> {
  const known = new Map<string, { value: Ours; meant: string }>()
  for (const [value, theirs] of Object.entries(words) as [Ours, readonly string[]][]) {
    for (const meant of [value, ...theirs]) {
      const key = valueKey(meant)
      if (!known.has(key)) known.set(key, { value, meant })
    }
  }
  const guess = (word: string): Guess<Ours> | undefined => {
    const key = valueKey(word)
    const near = nearest(key, known.keys())
    const isSlip = near !== null && countSlips(key, near) <= key.length / lettersForSlip
    if (isSlip && digitsIn(key) === digitsIn(near)) return known.get(near)
    const value = hints.find(([hint]) => hint.test(word))?.[1]
    return value && { value, meant: null }
  }

  // A column has few different words, and each of many rejected rows asks.
  const before = new Map<string, Guess<Ours> | undefined>()
  return (word) => {
    if (before.has(word)) return before.get(word)
    const guessed = guess(word)
    if (before.size < mostWordsKept) before.set(detached(word), guessed)
    return guessed
  }
}

/** Another number is another level, not a slip: sev-3 is not sev-0. */
function digitsIn(word: string): string {
  return word.replace(/\D/g, '')
}

/** Words shorter than this differ by a letter and mean something else, as P1 and P2 do. */
const lettersForSlip = 4

export const guessStatus = guesser(commonStatuses, statusHints)
export const guessSeverity = guesser(commonSeverities, severityHints)
export const guessProjectStatus = guesser(projectStatusWords, projectStatusHints)
export const guessRole = guesser(roleWords, roleHints)
