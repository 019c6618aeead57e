import { defineConfig } from 'prisma/config'

const shadow = process.env['SHADOW_DATABASE_URL']

// For Prisma's own tools. `cto` does not read this file at run time.
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations', seed: 'node bin/cto.js db seed' },
  datasource: {
    url: process.env['DIRECT_URL'] ?? process.env['DATABASE_URL'] ?? '',
    ...(shadow !== undefined && { shadowDatabaseUrl: shadow }),
  },
})
