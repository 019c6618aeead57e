import { required } from '../../errors.js'
import type { PageContent, Section } from '../../output/page.js'
import type { BugReport, Report } from '../../shapes/report.js'
import {
  flowSection,
  openSection,
  paceSection,
  qualitySection,
  slaSection,
  worstSection,
} from './bug-sections.js'
import { calendarOf, type Calendar } from './calendar.js'
import { deliverySection } from './delivery-section.js'
import { sessionSection } from './session-section.js'
import { overviewSection } from './overview-section.js'
import { trendSection } from './trend-section.js'
import { portfolioSection, workloadSection } from './value-sections.js'

interface PageInput {
  title: string
  data: Report
  /** A window in which something happened, where nothing did in this one. */
  busy: string | null
  now: Date
  zone: string
}

/** From what a board asks first to what explains it. */
export function reportPage({ title, data, busy, now, zone }: PageInput): PageContent {
  const { from, to } = data.window
  const calendar = calendarOf(zone)
  const until = calendar.day(new Date(to.getTime() - 1))
  const { flow } = data
  const ofRepositories = [deliverySection(data), sessionSection(data)].filter((section) => section !== null)
  return {
    title,
    subtitle: `${calendar.day(from)} to ${until}, compared with the same length of time before. Made ${calendar.minute(now)} ${zone}.${busy === null ? '' : ` Note: ${busy}.`}`,
    sections:
      flow === null
        ? [...ofRepositories, qualitySection(data)]
        : bugSections({ ...data, flow }, { calendar, ofRepositories }),
  }
}

function bugSections(
  data: BugReport,
  { calendar, ofRepositories }: { calendar: Calendar; ofRepositories: readonly Section[] },
): Section[] {
  const currency = required(
    data.figures.find(({ id }) => id === 'portfolio.valuation'),
    'the valuation of the portfolio',
  ).unit
  return [
    overviewSection(data),
    trendSection(data.trend, { calendar, currency }),
    worstSection(data),
    openSection(data),
    slaSection(data),
    flowSection(data, calendar),
    paceSection(data),
    ...ofRepositories,
    workloadSection(data, currency),
    portfolioSection(data, currency),
    qualitySection(data),
  ]
}
