import { importSource } from './bundle.js'

/**
 * Times the operations with promised times, inside one process, and prints a table:
 *
 *     npm run build                              # once, for the Prisma client
 *     node scripts/bench.js postgresql://…/db    # a database of `cto db seed --size large --bugs 100000`
 *
 * `--runs 200` each; `--only search` by name; `--write` times writes too, which are committed: use a copy.
 */

const { main } = await importSource("export { main } from './tests/bench/main.ts'")
await main(process.argv.slice(2), (/** @type {string} */ line) => {
  console.log(line)
})
