import { addDecimals } from './money.js'

/** What a workspace holds, and what its people and their tools did in a window. */
export interface WorkspaceFigures {
  /** Of the three amounts. Null: workspaces differ, and amounts are not added. */
  currency: string | null
  /** Active users. */
  people: number
  openBugs: number
  openCritical: number
  slaBreached: number
  /** Each day; null where no amount is known. */
  revenueAtRisk: string | null
  valuation: string | null
  /** Of infrastructure, each month. */
  monthlyCost: string | null
  /** That began in the window. */
  sessions: number
  /** Null without any. */
  activeHours: number | null
  calls: number
  errors: number
  /** Errors ÷ calls, never a mean of rates; null without calls. */
  errorRate: number | null
  /** Of tools and language models, as their sources give it; null where none does. */
  costUsd: number | null
}

/** The sums over workspaces; a person who is in two counts twice. */
export function sumFigures(all: readonly WorkspaceFigures[]): WorkspaceFigures {
  const [first] = all
  const currency = first && all.every((each) => each.currency === first.currency) ? first.currency : null
  const count = (of: (each: WorkspaceFigures) => number) => all.reduce((sum, each) => sum + of(each), 0)
  const money = (of: (each: WorkspaceFigures) => string | null) =>
    currency === null ? null : known(all, of).reduce<string | null>(added, null)
  const number = (of: (each: WorkspaceFigures) => number | null) => {
    const numbers = known(all, of)
    return numbers.length === 0
      ? null
      : rounded(
          numbers.reduce((sum, each) => sum + each, 0),
          2,
        )
  }
  const [calls, errors] = [count((each) => each.calls), count((each) => each.errors)]
  return {
    currency,
    people: count(({ people }) => people),
    openBugs: count(({ openBugs }) => openBugs),
    openCritical: count(({ openCritical }) => openCritical),
    slaBreached: count(({ slaBreached }) => slaBreached),
    revenueAtRisk: money(({ revenueAtRisk }) => revenueAtRisk),
    valuation: money(({ valuation }) => valuation),
    monthlyCost: money(({ monthlyCost }) => monthlyCost),
    sessions: count(({ sessions }) => sessions),
    activeHours: number(({ activeHours }) => activeHours),
    calls,
    errors,
    errorRate: errorRate({ calls, errors }),
    costUsd: number(({ costUsd }) => costUsd),
  }
}

export function errorRate({ calls, errors }: Pick<WorkspaceFigures, 'calls' | 'errors'>): number | null {
  return calls === 0 ? null : rounded(errors / calls, 4)
}

/** Each currency once, in order. */
export function currenciesOf(all: readonly WorkspaceFigures[]): string[] {
  return [...new Set(known(all, ({ currency }) => currency))].sort()
}

function known<Value>(
  all: readonly WorkspaceFigures[],
  of: (each: WorkspaceFigures) => Value | null,
): Value[] {
  return all.map(of).filter((value) => value !== null)
}

function added(sum: string | null, amount: string): string {
  return sum === null ? amount : addDecimals(sum, amount)
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
