import { limitedRecords, type LimitedRecord } from '../../domain/workspace.js'
import { UsageError } from '../../errors.js'
import { taking, word } from '../../flags/options.js'

/** Keys of cto itself, which hold more than a text. */
const ownKeys = ['limits', 'migration', 'suspended']

/** `--metadata team=web`; repeats. @throws UsageError */
export const keyValue = taking(
  { repeats: true },
  (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const [key, value] = parts(text)
    if (ownKeys.includes(key)) {
      throw new UsageError(`the key ${key} is taken`, { hint: `any key but ${ownKeys.join(', ')}` })
    }
    return { ...before, [key]: value }
  },
)

export type GivenLimits = Partial<Record<LimitedRecord, number | null | 'plan'>>

/** `--limit bugs=1000`; none for no limit, plan for that of the plan; repeats. @throws UsageError, CtoError INVALID_VALUE */
export const limitValue = taking(
  { repeats: true },
  (text: string, before: Readonly<GivenLimits> = {}): GivenLimits => {
    const [key, value] = parts(text)
    return { ...before, [word('record', limitedRecords, key)]: limitIn(value) }
  },
)

function limitIn(value: string): number | null | 'plan' {
  if (value === 'none') return null
  if (value === 'plan') return value
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new UsageError(`"${value}" is no limit`, {
    hint: 'a number, none for no limit, or plan for that of the plan',
  })
}

function parts(text: string): [key: string, value: string] {
  const [, key = '', value = ''] = /^([\w.-]+)=(.*)$/s.exec(text) ?? []
  if (key !== '') return [key, value]
  throw new UsageError(`"${text}" is not a key and a value`, { hint: 'write key=value' })
}
