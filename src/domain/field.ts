/** Traits of a field that the Prisma schema cannot express. An absent trait is false. */
export interface FieldTraits {
  /**
   * `identity`: set when the row is created, and never changed. `user`: by flags. `rule`: by a formula of the domain.
   * `source`: only by imports.
   */
  setBy: 'identity' | 'user' | 'rule' | 'source'
  /** A change writes a row of history. */
  recorded?: true
  /** Such a row only where this field is true before or after the change: otherwise the value follows from others. */
  recordedWith?: string
  /** Text that people wrote, or personal data: the audit log does not store its values. */
  personal?: true
  /**
   * A file or another tracker can change it. `plain`: the value is stored unchanged if the file has a column for it.
   * `own`: the column is read by a rule of its own, or is part of every record.
   */
  importable?: 'plain' | 'own'
  sortable?: true
  /** Not part of the record that commands print: no list and no page reads it. */
  hidden?: true
}

export type FieldTable = Readonly<Record<string, FieldTraits>>

/** The names of the fields of a table that have a trait. */
export type FieldsWith<Fields extends FieldTable, Trait extends Partial<FieldTraits>> = {
  [Name in keyof Fields]: Fields[Name] extends Trait ? Name : never
}[keyof Fields] &
  string

/** The fields that have the traits, in the order of the table. */
export function fieldsWith<Fields extends FieldTable, const Trait extends Partial<FieldTraits>>(
  fields: Fields,
  trait: Trait,
): FieldsWith<Fields, Trait>[] {
  const wanted = Object.entries(trait)
  return Object.entries(fields)
    .filter(([, traits]) => wanted.every(([name, value]) => traits[name as keyof FieldTraits] === value))
    .map(([name]) => name as FieldsWith<Fields, Trait>)
}

/** Whether history keeps the change of a field from one record to the other. */
export function isRecorded(
  { recorded, recordedWith }: FieldTraits,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): boolean {
  if (!recorded) return false
  return recordedWith === undefined || before[recordedWith] === true || after[recordedWith] === true
}
