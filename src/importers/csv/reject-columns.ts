/**
 * What a rejects file says about each record. It stands in front, so that the record behind it can stay as it
 * is, too short or too long; an import of a rejects file passes over it.
 */
export const rejectColumns = [
  'reject_record',
  'reject_first_line',
  'reject_last_line',
  'reject_column',
  'reject_value',
  'reject_code',
  'reject_reason',
] as const
