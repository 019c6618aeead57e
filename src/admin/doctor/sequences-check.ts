import { findSequences, type SequenceState } from '../../data/admin/sequences.js'
import { getCurrentRole } from '../../data/admin/server-facts.js'
import type { Patient } from './check.js'
import { faultOf, faulty, unknown, type Verdict } from './verdict.js'

const nearlyUsedUp = 0.75
const usedUp = 0.9

export async function examineSequences({ ask, way: { schema } }: Patient): Promise<Verdict> {
  const { sequences, role } = await ask(async (db) => ({
    sequences: await findSequences(db, schema),
    role: await getCurrentRole(db),
  }))
  const unreadable = sequences.filter(({ mayRead }) => !mayRead)
  if (unreadable.length > 0) {
    return unknown(`this role may not read ${unreadable.map(({ sequence }) => sequence).join(', ')}`, {
      sql: unreadable.map(({ sequence }) => `GRANT SELECT ON SEQUENCE ${sequence} TO ${role}`),
    })
  }
  const behind = sequences.filter(({ last, highest }) => (highest ?? -1) > (last ?? 0))
  const share = ({ last, most }: SequenceState) => (last ?? 0) / most
  const full = sequences.filter((each) => share(each) >= nearlyUsedUp)
  return faulty(
    [
      faultOf(
        behind.map(({ sequence }) => sequence),
        {
          severity: 'error',
          message: behind
            .map(
              ({ sequence, last, highest }) =>
                `${sequence} is at ${last ?? 'its start'}, its column at ${highest ?? 0}`,
            )
            .join('; '),
          fix: {
            sql: behind.map(
              ({ sequence, highest }) =>
                `SELECT setval('${sequence.replaceAll("'", "''")}', ${highest ?? 1})`,
            ),
            safe: true,
          },
        },
      ),
      faultOf(
        full.map(({ sequence }) => sequence),
        {
          severity: full.some((each) => share(each) >= usedUp) ? 'error' : 'warn',
          message: full
            .map(
              (each) =>
                `${each.sequence} has given ${Math.floor(share(each) * 100)} % of the numbers of its column`,
            )
            .join('; '),
          fix: {
            command: 'make the column larger when no one is working',
            sql: full
              .filter(({ canGrow }) => canGrow)
              .flatMap(({ sequence, table, column }) => [
                `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE bigint`,
                `ALTER SEQUENCE ${sequence} AS bigint`,
              ]),
          },
        },
      ),
    ],
    `sequences that are ahead of their columns: ${sequences.length}`,
  )
}
