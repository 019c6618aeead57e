import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import { countSlips, nearest } from '../../domain/nearest.js'
import type { ProjectStatus } from '../../domain/project.js'
import type { UserRole } from '../../domain/user.js'
import { detached, valueKey } from '../spelling.js'
import { wholeKey } from './keys.js'
import { mostWordsKept } from './translator.js'
import { commonSeverities, commonStatuses, projectStatusWords, roleWords } from './words.js'

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
    const guessed = guess(wholeKey(word))
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
