/**
 * The part of Prisma with which SQL is written: `sql`, `raw`, `join`, `empty`. Without the client, which takes 35 ms to
 * load, so that a wrong command line, or a command without a database, does not wait for it.
 */
export * as Prisma from '@prisma/client-runtime-utils'
