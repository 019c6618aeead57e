import { counted } from '../domain/counted.js'
import { bytesText } from '../output/bytes-text.js'
import type { RecordView } from '../output/field.js'
import { grouped } from '../output/number-text.js'
import type { ArchiveCheck, Backup, PrunedRows, RestoredTable } from '../shapes/archive.js'

export const backupView: RecordView<Backup> = {
  name: 'backup',
  plural: 'backups',
  shape: 'backup',
  id: ({ file }) => file,
  defaults: ['file', 'id', 'createdAt', 'bytes', 'rows', 'encrypted', 'partial', 'verifiedAt', 'reason'],
  fields: [
    // Whole, to be copied: below the row where there is no room beside the rest.
    { name: 'file', header: 'FILE', omit: 1, below: 'whole' },
    { name: 'name', header: 'NAME', omit: 0 },
    { name: 'id', header: 'ID', omit: 0 },
    { name: 'createdAt', header: 'AT' },
    { name: 'bytes', header: 'SIZE', align: 'right', text: ({ bytes }) => bytesText(bytes) },
    {
      name: 'rows',
      header: 'ROWS',
      align: 'right',
      text: ({ rows }) => (rows === null ? '—' : grouped(String(rows))),
      omit: 5,
    },
    { name: 'encrypted', header: 'ENCRYPTED', omit: 2 },
    { name: 'partial', header: 'PARTIAL', omit: 3 },
    { name: 'verifiedAt', header: 'VERIFIED', omit: 4 },
    // Room for one reason a line, as `daily 2026-11-26`.
    { name: 'reason', header: 'REASON', shrink: 1, least: 16, wrap: true, omit: 6 },
  ],
}

export const archiveCheckView: RecordView<ArchiveCheck> = {
  name: 'check',
  plural: 'checks',
  shape: 'archiveCheck',
  id: ({ check }) => check,
  defaults: ['check', 'ok', 'expected', 'found'],
  fields: [
    { name: 'check', header: 'CHECK' },
    { name: 'ok', header: 'OK', text: ({ ok }, { style }) => (ok ? style.good('yes') : style.danger('no')) },
    {
      name: 'expected',
      header: 'EXPECTED',
      text: ({ ok, expected }) => withoutSum(expected, ok),
      shrink: 1,
      least: 8,
    },
    { name: 'found', header: 'FOUND', text: ({ ok, found }) => withoutSum(found, ok), shrink: 1, least: 8 },
  ],
}

/** Prints a sum only where it differs: otherwise it is of no use to a reader. */
function withoutSum(text: string, ok: boolean): string {
  return ok && /^[0-9a-f]{64}$/.test(text) ? 'same SHA-256' : text
}

export const restoredTableView: RecordView<RestoredTable> = {
  name: 'table',
  plural: 'tables',
  shape: 'restoredTable',
  id: ({ table }) => table,
  defaults: ['table', 'rows'],
  fields: [
    { name: 'table', header: 'TABLE' },
    { name: 'rows', header: 'ROWS', align: 'right', text: ({ rows }) => grouped(String(rows)) },
  ],
}

/** The last line of a restore or a copy, which fail where what is stored differs from what was read. */
export function restoredText(done: 'restored' | 'copied', tables: readonly RestoredTable[]): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return `${done}: ${counted(tables.length, 'table')} with ${grouped(String(rows))} rows, read back and compared; no difference`
}

export const prunedRowsView: RecordView<PrunedRows> = {
  name: 'year',
  plural: 'rows to delete',
  shape: 'prunedRows',
  id: ({ table, year }) => `${table} ${year}`,
  defaults: ['table', 'year', 'rows'],
  fields: [
    { name: 'table', header: 'TABLE' },
    { name: 'year', header: 'YEAR', align: 'right', isName: true },
    { name: 'rows', header: 'ROWS', align: 'right', text: ({ rows }) => grouped(String(rows)) },
  ],
}
