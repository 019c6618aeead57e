/**
 * The columns that a rejects file adds before each record, which itself stays unchanged, even if too short or too
 * long. An import of a rejects file skips these columns, except that it reads the records with the same preset and as of
 * the same source: a few rejected records rarely show by themselves where they come from.
 */
export const rejectColumns = [
  'reject_record',
  'reject_first_line',
  'reject_last_line',
  'reject_column',
  'reject_value',
  'reject_code',
  'reject_reason',
  'reject_fix',
  'reject_preset',
  'reject_source',
] as const
