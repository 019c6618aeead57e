/**
 * `npm run db:push`, `npm run db:pull`: commands of Prisma that people look for and that would damage the schema. Prints
 * what would be lost and what to run instead; exits 2.
 */

const [name = ''] = process.argv.slice(2)

const inSqlOnly = 'CHECK constraints, triggers, partial indexes, casts of enums, the view for BI tools'

/** @type {Record<string, { why: string, fix: string }>} */
const refusals = {
  push: {
    why: `prisma db push would make the tables those of prisma/schema alone, without what only the migrations hold:\n  ${inSqlOnly}`,
    fix: 'npm run db:migration -- what_changes, then npm run db:migrate',
  },
  pull: {
    why: `prisma db pull would overwrite prisma/schema, its comments and field names, with what Prisma finds in a database,\n  and it does not see ${inSqlOnly}`,
    fix: 'edit prisma/schema, then npm run db:migration -- what_changes; npm run db:status shows what a database has',
  },
}

const refusal = refusals[name]
if (!refusal) throw new Error(`scripts/refused.js has nothing about "${name}"`)
console.error(`error: db:${name} is not used here\n  ${refusal.why}\n  fix: ${refusal.fix}`)
process.exitCode = 2
