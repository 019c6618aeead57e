import { CtoError } from '../../errors.js'

/** The archive is not as it was written. Nothing else was touched. */
export class DamagedArchive extends CtoError {
  constructor(reason: string) {
    super('BAD_FILE', 'the archive is damaged', {
      reason,
      hint: 'use an older one: cto db backup --list',
    })
  }
}
