import { defineConfig } from 'prisma/config'

// Paths for Prisma's own tools. `cto` does not read this file at run time.
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DIRECT_URL'] ?? process.env['DATABASE_URL'] ?? '' },
})
