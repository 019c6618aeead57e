import { fileURLToPath } from 'node:url'
import { runPrisma } from './prisma.js'

/** Writes the Prisma client into src/engine/generated. */
export function generateClient() {
  runPrisma(['generate', '--no-hints'], 'ignore')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generateClient()
