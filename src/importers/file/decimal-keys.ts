import type { KeyOf } from '../map/identity.js'
import { detached } from '../spelling.js'
import { wholeKey } from '../validate/keys.js'
import type { RowProblem } from '../validate/problems.js'
import type { KeySet } from './key-set.js'

/**
 * Finds out whether all keys of a file are whole decimals: then they are read as whole numbers, as the same tracker writes them
 * in its next export. In any other file `12.0` is a key like others, unless `12` is there too.
 */
export class DecimalKeys {
  /** Whole decimals whose number is a key of the file too: the two may be one record. */
  readonly doubtful = new Set<string>()
  readonly #keys: KeySet
  #hasDecimal = false
  #hasOther = false

  /** @param keys the keys observed before */
  constructor(keys: KeySet) {
    this.#keys = keys
  }

  get areAll(): boolean {
    return this.#hasDecimal && !this.#hasOther
  }

  observe(key: string): void {
    const whole = wholeKey(key)
    if (whole !== key) {
      this.#hasDecimal = true
      if (this.#keys.has(whole)) this.doubtful.add(detached(key))
      return
    }
    this.#hasOther = true
    if (!this.#hasDecimal) return
    for (const ending of ['.0', '.00', ',0', ',00'])
      if (this.#keys.has(key + ending)) this.doubtful.add(key + ending)
  }
}

/** How the keys are read after the survey. */
export function settleKeys(keyOf: KeyOf, { hasDecimalKeys }: { hasDecimalKeys: boolean }): KeyOf {
  return hasDecimalKeys ? (cells) => wholeKey(keyOf(cells)) : keyOf
}

export const decimalKeysRemark = 'all keys are whole numbers with a decimal point (12.0): each is read as 12'

/** A record whose key may be that of another record of the file. */
export function doubtfulKeyProblem(key: string): RowProblem {
  return {
    code: 'E_KEY',
    field: 'externalId',
    column: null,
    value: key,
    reason: 'without its decimals it is another key of this file: the two may be one record',
    fix: 'write the keys of the file in one way',
  }
}
