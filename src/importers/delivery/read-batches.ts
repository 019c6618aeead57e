import { idKey } from '../../domain/delivery/fact-key.js'
import type { IngestReport } from '../../shapes/event.js'
import type { Source } from '../csv/source.js'
import { readDelivery, RejectedDelivery, type Delivery, type EnvelopeOptions } from './envelope.js'
import { countAt } from './payload.js'
import { tooDeep } from './problem-of-storing.js'
import { readRecords } from './read-records.js'

/** Events that are stored in one transaction, with what derives from them. */
const batchEvents = 1000

const mostProblems = 100

interface Reading extends EnvelopeOptions {
  /** Of archives, the repositories whose events are read; null for all. */
  known: ReadonlySet<string> | null
  /** Gains what was read, and what is left out. */
  report: IngestReport
}

/** The deliveries in files, `batchEvents` at a time. What cannot be read is rejected in the report. */
export async function* batchesOf(
  sources: readonly Source[],
  { known, report, ...envelope }: Reading,
): AsyncGenerator<PlacedDelivery[]> {
  let batch: PlacedDelivery[] = []
  for (const source of sources) {
    for await (const { line, value, problem } of readRecords(source)) {
      report.events += 1
      const delivery = problem ?? outcomeOf(value, envelope)
      const where = `${source.name}:${line}`
      if (typeof delivery === 'string' || delivery instanceof RejectedDelivery) {
        reject(report, where, delivery)
        continue
      }
      if (known !== null && delivery.event.about !== undefined && !known.has(repositoryOf(delivery))) {
        report.unknown += 1
        continue
      }
      batch.push({ delivery, where })
      if (batch.length < batchEvents) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function outcomeOf(value: unknown, options: EnvelopeOptions): Delivery | RejectedDelivery {
  try {
    return readDelivery(value, options)
  } catch (error) {
    if (error instanceof RejectedDelivery) return error
    if (error instanceof RangeError) return new RejectedDelivery(tooDeep)
    throw error
  }
}

/** Counts what is left out, and notes why: the first hundred reasons. */
export function reject(report: IngestReport, where: string, problem: string | RejectedDelivery): void {
  report.rejected += 1
  if (problem instanceof RejectedDelivery && problem.isForged) report.forged += 1
  const reason = typeof problem === 'string' ? problem : problem.message
  if (report.problems.length < mostProblems) report.problems.push(`${where}: ${reason}`)
}

function repositoryOf({ event }: Delivery): string {
  return idKey('github.com', countAt(event.about?.repository, 'id') ?? 0)
}

/** A delivery with its file and line. */
export interface PlacedDelivery {
  delivery: Delivery
  where: string
}
