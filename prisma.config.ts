import { defineConfig } from 'prisma/config'

// Where Prisma's own tools find things. `cto` reads none of this at run time.
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DIRECT_URL'] ?? process.env['DATABASE_URL'] ?? '' },
})
