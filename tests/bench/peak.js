import { appendFileSync } from 'node:fs'

// Imported before a program: appends the most memory that the process held, in kB, to a file when it ends.
process.on('exit', () => {
  appendFileSync(process.env['CTO_BENCH_PEAK'] ?? '', `${process.resourceUsage().maxRSS}\n`)
})
