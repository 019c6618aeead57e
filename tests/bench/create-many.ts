import { createReadStream } from 'node:fs'
import { PrismaPg } from '@prisma/adapter-pg'
import { parse } from 'csv-parse'
import { PrismaClient, type Prisma } from '../../src/engine/generated/client.js'

const severities = { Highest: 'critical', High: 'high', Medium: 'medium', Low: 'low' } as const

interface Row {
  'Issue key': string
  Summary: string
  Description: string
  Priority: keyof typeof severities
  Created: string
  Updated: string
}

/**
 * A plain script for comparison: inserts the rows of the file of the import's part, a thousand at a time by
 * Prisma's createMany. No people, no projects, no history, no rejects.
 */
export async function createManyBugs(url: string, file: string): Promise<void> {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
  let batch: Prisma.BugCreateManyInput[] = []
  const rows = createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<Row>
  for await (const row of rows) {
    const createdAt = new Date(`${row.Created}Z`)
    batch.push({
      title: row.Summary,
      description: row.Description,
      severity: severities[row.Priority],
      slaHours: 24,
      slaDueAt: createdAt,
      createdAt,
      updatedAt: new Date(`${row.Updated}Z`),
      externalSource: 'jira',
      externalId: row['Issue key'],
    })
    if (batch.length === 1000) {
      await prisma.bug.createMany({ data: batch })
      batch = []
    }
  }
  if (batch.length > 0) await prisma.bug.createMany({ data: batch })
  await prisma.$disconnect()
}
