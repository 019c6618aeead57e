import { importSource } from './bundle.js'

/**
 * `npm run bench`: measures `cto` beside what one would use instead, on a PostgreSQL of its own, and prints tables.
 *
 *     npm run bench                                    # all parts, 100,000 bugs, 20 rounds: about half an hour
 *     npm run bench -- startup output --rounds 5       # some parts
 *     npm run bench -- operations --only search        # some operations; --write times writes too
 *     npm run bench -- --bugs 1000000 --json out.json  # the results as JSON too
 *     npm run bench -- workspaces --workspaces 100     # fewer workspaces than 1,000
 *     npm run bench -- sessions --events 1000000       # more events than 100,000
 *     npm run bench -- archive --programs /usr/lib/postgresql/15/bin
 *
 * psql must be on the PATH; pg_dump, pgloader and csvsql are compared with where they are.
 */

const { main } = await importSource("export { main } from './tests/bench/main.ts'")
await main(process.argv.slice(2), (/** @type {string} */ line) => {
  console.log(line)
})
