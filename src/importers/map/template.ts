import type { ImportType } from '../../domain/kinds.js'
import { ownColumns } from './columns.js'
import { aliasesOf } from './presets/index.js'
import type { TimeUnit } from '../validate/numbers.js'
import type { Preset } from './presets/preset.js'

export interface Template {
  columns: string[]
  /** A record with something plausible in every column. */
  example: string[]
}

/** The columns of a product's export that are read, in our order, each with its first header. */
export function templateOf(type: ImportType, preset: Preset): Template {
  const aliases = aliasesOf(preset, type)
  const columns = ownColumns[type].flatMap((column) => {
    const [header] = aliases[column] ?? []
    return header === undefined ? [] : [{ column, header }]
  })
  // Two of our columns may share a header: GitHub's URL is its key.
  const first = columns.filter(
    ({ header }, place) => columns.findIndex((each) => each.header === header) === place,
  )
  return {
    columns: first.map(({ header }) => header),
    example: first.map(({ column }) => exampleOf(column, preset)),
  }
}

function exampleOf(column: string, { vocabulary, hours }: Preset): string {
  const [severity = 'High'] = vocabulary.severity?.filter((word) => /[a-z1]/i.test(word)) ?? []
  const [status = 'Open'] = vocabulary.status ?? []
  const time = timeOfExample[hours ?? 'hours']
  return { ...examples, severity, status, estimatedHours: time, actualHours: time }[column] ?? ''
}

/** An hour and a half. */
const timeOfExample: Readonly<Record<TimeUnit, string>> = {
  hours: '1.5',
  minutes: '90',
  seconds: '5400',
  milliseconds: '5400000',
}

const examples: Readonly<Record<string, string>> = {
  externalId: '1001',
  externalUrl: 'https://tracker.example.com/1001',
  title: 'Checkout times out',
  description: 'Since the last release, for one customer in ten.',
  assignee: 'ada@example.com',
  creator: 'ben@example.com',
  project: 'Shop',
  createdAt: '2026-01-31 10:00',
  updatedAt: '2026-01-31 12:00',
  revenueImpact: '1200.50',
  businessImpact: 'Carts are left behind',
  isBlocker: 'false',
  labels: 'web',
  name: 'Shop',
  githubUrl: 'https://github.com/acme/shop',
  demoUrl: 'https://shop.example.com',
  language: 'TypeScript',
  tags: 'web, store',
  stars: '120',
  forks: '14',
  lastCommit: '2026-01-31 10:00',
  archived: 'false',
  arr: '120000.00',
  complexity: '3',
  clientAppeal: '7',
  currentMilestone: '1',
  totalMilestones: '4',
  date: '2026-01-31',
  commitsCount: '12',
  contributors: '3',
  linesOfCode: '42000',
  techStack: 'TypeScript, SQL',
  healthScore: '87',
  email: 'ada@example.com',
  role: 'engineer',
  isActive: 'true',
}
