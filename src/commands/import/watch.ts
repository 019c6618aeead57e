import type { Progress as RunProgress } from '../../importers/file/run.js'
import type { Context } from '../../context.js'
import type { CsvOptions } from './csv-options.js'

/** Shows the progress of an import. */
export interface ImportWatch {
  update(progress: RunProgress): void
  /** All records are read, and the database builds its indexes. */
  indexing(): void
  end(): void
}

export function startWatch(ctx: Context, file: string, how: CsvOptions['progress']): ImportWatch {
  if (how === 'json') return events(ctx, file)
  if (how === 'none') return { update: () => {}, indexing: () => {}, end: () => {} }
  const progress = ctx.out.progress(`importing ${file}`)
  let records = 0
  return {
    update: ({ bytes, totalBytes, rejected, ...now }) => {
      records = now.records
      const notes = [
        ...(rejected > 0 ? [`${rejected} rejected`] : []),
        // Everything is read long before everything is stored.
        ...(bytes >= totalBytes ? ['storing'] : []),
      ]
      const note = notes.length > 0 ? notes.join(', ') : undefined
      progress.update({ count: records, share: bytes / Math.max(1, totalBytes), note })
    },
    indexing: () => {
      progress.update({ count: records, share: 1, note: 'building indexes' })
    },
    end: () => {
      progress.end()
    },
  }
}

const eventEveryMs = 250

/** Emits the first event, the last, and some between, as JSON lines. */
function events(ctx: Context, file: string): ImportWatch {
  const startedMs = performance.now()
  let lastEventMs = -eventEveryMs
  let latest: RunProgress | null = null
  const emit = (progress: RunProgress): void => {
    const seconds = (performance.now() - startedMs) / 1000
    const share = progress.bytes / Math.max(1, progress.totalBytes)
    ctx.out.event({
      event: 'progress',
      file,
      ...progress,
      recordsPerSecond: seconds > 0 ? Math.round(progress.records / seconds) : null,
      secondsLeft: share > 0 ? Math.round((seconds * (1 - share)) / share) : null,
    })
  }
  return {
    update: (progress) => {
      latest = progress
      if (performance.now() - lastEventMs < eventEveryMs) return
      lastEventMs = performance.now()
      latest = null
      emit(progress)
    },
    indexing: () => {},
    end: () => {
      if (latest) emit(latest)
    },
  }
}
