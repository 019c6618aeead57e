import type { UserRole } from '../domain/user.js'
import { sampleId } from './ids.js'

/*
 * An invented organisation: six people and five products. Ids and texts are fixed, times count back from the moment of
 * seeding.
 */

/** The moment a number of hours before the seeding. */
export type Ago = (hours: number) => Date

const id = (kind: Parameters<typeof sampleId>[1], n: number) => sampleId('small', kind, n)

const people = ['mara', 'priya', 'tomas', 'aiko', 'devon', 'lena'] as const
export type SamplePerson = (typeof people)[number]

const products = ['atlas', 'storefront', 'pipewright', 'parley', 'ledgerscope'] as const
export type Product = (typeof products)[number]

export function personId(person: SamplePerson): string {
  return id('user', people.indexOf(person) + 1)
}

export function productId(product: Product): string {
  return id('project', products.indexOf(product) + 1)
}

/** The organisation began four months ago, when its projects were imported. */
export const beginning = 24 * 122

export function sampleUsers(ago: Ago) {
  const user = (person: SamplePerson, name: string, role: UserRole) => ({
    id: personId(person),
    email: `${person}@example.com`,
    name,
    role,
    createdAt: ago(beginning),
    updatedAt: ago(beginning),
  })
  return [
    user('mara', 'Mara Lindqvist', 'cto'),
    user('priya', 'Priya Raman', 'manager'),
    user('tomas', 'Tomás Ferreira', 'senior_engineer'),
    user('aiko', 'Aiko Mori', 'engineer'),
    user('devon', 'Devon Clarke', 'engineer'),
    user('lena', 'Lena Vogt', 'qa_engineer'),
  ]
}

export const projectImportId = id('import', 1)

/** One import that created the projects, and one that failed. */
export function sampleImports(ago: Ago) {
  return [
    {
      id: projectImportId,
      source: 'csv',
      recordsImported: 5,
      recordsFailed: 0,
      errors: [],
      metadata: {
        state: 'done',
        type: 'projects',
        file: 'projects.csv',
        externalSource: 'generic',
        preset: 'generic',
        counts: countsOf({ records: 5, created: 5 }),
      },
      timestamp: ago(beginning),
    },
    {
      id: id('import', 2),
      source: 'csv',
      recordsImported: 0,
      recordsFailed: 2,
      errors: ['record 3: no title', 'record 8: no severity "urgentish"'],
      metadata: {
        state: 'failed',
        type: 'bugs',
        file: 'old-tracker.csv',
        externalSource: 'generic',
        preset: 'generic',
        failure: 'too many rejects: 2 of 8 records',
        counts: countsOf({ records: 8, rejected: 2 }),
      },
      timestamp: ago(beginning - 24),
    },
  ]
}

function countsOf(known: { records: number; created?: number; rejected?: number }) {
  return { created: 0, updated: 0, unchanged: 0, rejected: 0, skipped: 0, duplicates: 0, ...known }
}

/** Four weeks of the three projects in progress. */
export function sampleProjectDays(ago: Ago) {
  const weeks = [
    {
      product: 'atlas',
      commits: [31, 44, 27, 52],
      people: 4,
      lines: 184_000,
      stack: ['Python', 'CUDA'],
      health: 71,
    },
    {
      product: 'storefront',
      commits: [58, 40, 63, 49],
      people: 3,
      lines: 96_500,
      stack: ['TypeScript'],
      health: 64,
    },
    { product: 'pipewright', commits: [12, 19, 8, 22], people: 2, lines: 41_200, stack: ['Go'], health: 88 },
  ] as const
  return weeks.flatMap(({ product, commits, people: contributors, lines, stack, health }, project) =>
    commits.map((commitsCount, week) => ({
      id: id('day', project * 4 + week + 1),
      projectId: productId(product),
      date: ago(24 * 7 * (3 - week)),
      commitsCount,
      contributors,
      linesOfCode: lines + week * 600,
      techStack: stack,
      healthScore: health + week,
      createdAt: ago(24 * 7 * (3 - week)),
    })),
  )
}
