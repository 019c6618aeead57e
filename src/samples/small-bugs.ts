import { sampleId } from './ids.js'
import { personId, productId, type Ago, type SamplePerson, type Product } from './small.js'
import type { BugStory, Step } from './story.js'

/**
 * Ten bugs. The open ones include every severity, and one each on track, at risk and breached; one bug is paused; the rest
 * are resolved, one of them after it was reopened.
 */
export function sampleBugs(ago: Ago): BugStory[] {
  const step = (hours: number, by: SamplePerson, change: Step['change'], note?: string): Step => ({
    at: ago(hours),
    by: personId(by),
    change,
    ...(note !== undefined && { note }),
  })
  const bug = (
    n: number,
    { reported, by, product, assignee, ...fields }: Reported,
    ...steps: Step[]
  ): BugStory => ({
    id: sampleId('small', 'bug', n),
    createdAt: ago(reported),
    createdById: personId(by),
    projectId: productId(product),
    assignedToId: assignee ? personId(assignee) : null,
    ...fields,
    steps,
  })
  return [...resolvedBugs(bug, step), ...openBugs(bug, step)]
}

interface Reported extends Pick<
  BugStory,
  'title' | 'severity' | 'description' | 'businessImpact' | 'revenueImpact' | 'isBlocker' | 'estimatedHours'
> {
  /** Hours ago. */
  reported: number
  by: SamplePerson
  product: Product
  assignee?: SamplePerson
}

type MakeBug = (n: number, reported: Reported, ...steps: Step[]) => BugStory
type MakeStep = (hours: number, by: SamplePerson, change: Step['change'], note?: string) => Step

const day = 24

function resolvedBugs(bug: MakeBug, step: MakeStep): BugStory[] {
  return [
    bug(
      1,
      {
        title: 'Nightly export stops at the first invoice without an address',
        description: 'The job ends with exit code 0, so nobody noticed for a week.',
        severity: 'high',
        reported: 112 * day,
        by: 'lena',
        product: 'storefront',
        estimatedHours: '6.00',
      },
      step(111 * day, 'priya', { assignedToId: personId('devon') }),
      step(110 * day, 'priya', { severity: 'medium' }, 'there is a manual export'),
      step(109 * day, 'devon', { status: 'in_progress' }),
      step(106 * day, 'devon', { status: 'verified', addHours: '7.50' }),
      step(105 * day, 'devon', { status: 'shipped' }),
    ),
    bug(
      2,
      {
        title: 'Chat widget covers the cookie banner on small screens',
        severity: 'low',
        reported: 96 * day,
        by: 'lena',
        product: 'parley',
        assignee: 'aiko',
        estimatedHours: '2.00',
      },
      step(88 * day, 'aiko', { status: 'in_progress' }),
      step(87 * day, 'aiko', { status: 'closed', addHours: '1.50' }),
    ),
    bug(
      3,
      {
        title: 'Two workers take the same build from the queue',
        description: 'Seen twice in a day; both builds publish, the slower one wins.',
        severity: 'critical',
        revenueImpact: '1200.00',
        isBlocker: true,
        reported: 75 * day,
        by: 'tomas',
        product: 'pipewright',
        assignee: 'tomas',
        estimatedHours: '8.00',
      },
      step(75 * day - 1, 'tomas', { status: 'in_progress' }),
      step(75 * day - 3, 'tomas', { status: 'verified', addHours: '2.00' }),
      step(75 * day - 3.5, 'tomas', { status: 'shipped' }),
      step(60 * day, 'lena', { status: 'pending' }, 'again, under load'),
      step(60 * day - 2, 'tomas', { status: 'in_progress' }),
      step(57 * day, 'tomas', { status: 'verified', addHours: '14.00' }),
      step(56 * day, 'tomas', { status: 'shipped' }),
    ),
  ]
}

function openBugs(bug: MakeBug, step: MakeStep): BugStory[] {
  return [
    bug(
      4,
      {
        title: 'Explorer shows balances of the wrong block after a reorganisation',
        severity: 'medium',
        reported: 33 * day,
        by: 'devon',
        product: 'ledgerscope',
        estimatedHours: '20.00',
      },
      step(32 * day, 'priya', { status: 'deferred' }, 'until the project is taken up again'),
    ),
    bug(5, {
      title: 'Dark mode forgets itself after signing in',
      severity: 'low',
      reported: 12 * day,
      by: 'lena',
      product: 'storefront',
      estimatedHours: '1.00',
    }),
    bug(
      6,
      {
        title: 'Model gateway leaks memory until it is killed',
        description: 'About 300 MB an hour under normal load; restarts hide it.',
        severity: 'critical',
        businessImpact: 'Two customers see 502 several times a day',
        revenueImpact: '3500.00',
        isBlocker: true,
        reported: 30,
        by: 'mara',
        product: 'atlas',
        assignee: 'tomas',
        estimatedHours: '12.00',
      },
      step(29, 'tomas', { status: 'in_progress' }),
      step(4, 'tomas', { addHours: '5.50' }, 'found the allocation, not yet the reason'),
    ),
    bug(
      7,
      {
        title: 'Invoices in PDF lose accents in names',
        severity: 'medium',
        reported: 26,
        by: 'lena',
        product: 'storefront',
        assignee: 'devon',
        estimatedHours: '3.00',
      },
      step(5, 'devon', { status: 'in_progress' }),
    ),
    bug(8, {
      title: 'Search returns products that are out of stock',
      severity: 'high',
      revenueImpact: '450.00',
      reported: 21,
      by: 'priya',
      product: 'storefront',
      assignee: 'aiko',
      estimatedHours: '5.00',
    }),
    bug(9, {
      title: 'Deploy hangs when the registry answers slowly',
      severity: 'high',
      reported: 6,
      by: 'devon',
      product: 'pipewright',
    }),
    bug(
      10,
      {
        title: 'Checkout answers 502 for one card in twenty',
        description: 'Began with the release of this morning; a second try works.',
        severity: 'critical',
        businessImpact: 'Lost orders, complaints on social media',
        revenueImpact: '8000.00',
        reported: 1,
        by: 'lena',
        product: 'storefront',
        assignee: 'aiko',
        estimatedHours: '4.00',
      },
      step(0.5, 'aiko', { status: 'in_progress' }),
    ),
  ]
}
