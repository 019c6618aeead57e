/**
 * The columns that a rejects file adds before each record, which itself stays unchanged, even if too short or too
 * long. An import of a rejects file skips these columns.
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
