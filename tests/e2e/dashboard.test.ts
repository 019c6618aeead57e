import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hourMs } from '../../src/domain/duration.js'
import { binary, useHome } from './binary.js'
import {
  cutTexts,
  hasBrowser,
  openFile,
  overflow,
  screens,
  startBrowser,
  unfold,
  violations,
} from './browser.js'

const home = useHome()

const layout = {
  widgets: [
    { id: 'calls', type: 'number', metric: 'tools.calls', x: 0, y: 0, w: 3, h: 2 },
    { id: 'hours', type: 'number', metric: 'sessions.active_hours', x: 3, y: 0, w: 3, h: 2 },
    { id: 'unknown', type: 'number', metric: 'tools.memory.max', x: 6, y: 0, w: 3, h: 2 },
    { id: 'words', type: 'text', title: 'What tools did this month', x: 9, y: 0, w: 3, h: 2 },
    { id: 'days', type: 'line', metric: 'tools.calls', by: ['day', 'tool'], x: 0, y: 2, w: 6, h: 6 },
    { id: 'tools', type: 'bar', metric: 'tools.calls', by: 'tool', x: 6, y: 2, w: 6, h: 6 },
    { id: 'weeks', type: 'heatmap', metric: 'tools.calls', by: ['tool', 'week'], x: 0, y: 8, w: 8, h: 5 },
    { id: 'open', type: 'line', metric: 'open.total', by: 'week', since: '60d', x: 8, y: 8, w: 4, h: 5 },
    {
      id: 'table',
      type: 'table',
      metric: 'tools.error_rate',
      by: ['tool', 'project'],
      x: 0,
      y: 13,
      w: 12,
      h: 4,
    },
    { id: 'nothing', type: 'bar', metric: 'cost.usd', by: 'model', x: 0, y: 17, w: 12, h: 2 },
  ],
}

/** Calls of four tools over the last three weeks. */
function drawEvents(): string {
  const tools = ['Bash', 'Read', 'mcp__a-server-with-a-long-name__and_a_tool', 'WebFetch']
  const now = Date.now()
  const events = Array.from({ length: 120 }, (_, index) => ({
    session: `s-${Math.floor(index / 6)}`,
    tool: tools[(index * 7) % 4],
    at: new Date(now - hourMs - index * 4 * hourMs).toISOString(),
    durationMs: 100 * (index % 9),
    error: index % 11 === 0,
  }))
  return events.map((event) => JSON.stringify(event)).join('\n')
}

describe.skipIf(!hasBrowser)('a dashboard in a browser (skipped without chromium)', () => {
  let browser: Browser
  const file = path.join(home, 'dashboard.html')

  beforeAll(async () => {
    await binary(home, ['demo'])
    writeFileSync(path.join(home, 'events.ndjson'), drawEvents())
    writeFileSync(path.join(home, 'layout.json'), JSON.stringify(layout))
    const steps = [
      ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada'],
      ['sessions', 'ingest', path.join(home, 'events.ndjson'), '--from', 'cto', '--user', 'ada'],
      ['dashboards', 'create', 'Team', '--user', 'ada', '--layout', path.join(home, 'layout.json')],
      ['dashboards', 'render', 'Team', '--output', file],
    ]
    for (const argv of steps) {
      const { exitCode, stderr } = await binary(home, [...argv, '--yes'])
      expect(exitCode, stderr).toBe(0)
    }
    browser = await startBrowser()
  }, 120_000)

  afterAll(() => browser.close())

  test.each(screens)(
    '$colorScheme at $width is accessible, cuts nothing, and requests nothing',
    async ({ width, colorScheme }) => {
      const { page, messages } = await openFile(browser, file, {
        viewport: { width, height: 900 },
        colorScheme,
      })
      expect(await page.locator('svg[role=img]').count()).toBe(3)
      expect(await page.locator('script').count()).toBe(0)
      expect(await overflow(page)).toBeLessThanOrEqual(0)
      expect(await violations(page)).toEqual([])
      if (width === 390) expect(await cutTexts(page)).toEqual([])
      expect(messages).toEqual([])
      await page.close()
    },
  )

  test('widgets stand where the layout puts them, and on a phone below each other', async () => {
    const places = async (width: number) => {
      const { page } = await openFile(browser, file, { viewport: { width, height: 900 } })
      await unfold(page)
      const boxes = await page.evaluate<[string, number, number][]>(`
        [...document.querySelectorAll('section')].map((each) => {
          const { left, top } = each.getBoundingClientRect()
          return [each.id, Math.round(left), Math.round(top)]
        })`)
      await page.close()
      return new Map(boxes.map(([id, left, top]) => [id, { left, top }]))
    }
    const [wide, phone] = [await places(1280), await places(390)]
    expect(wide.get('calls')?.top).toBe(wide.get('words')?.top)
    expect(wide.get('tools')?.left).toBe(wide.get('unknown')?.left)
    expect(wide.get('tools')?.top).toBe(wide.get('days')?.top)
    expect(new Set([...phone.values()].map(({ left }) => left)).size).toBe(1)
    const tops = [...phone.values()].map(({ top }) => top)
    expect(tops).toEqual([...tops].sort((a, b) => a - b))
  })

  test('in print every table is open, on white', async () => {
    const { page, messages } = await openFile(browser, file, {
      viewport: { width: 800, height: 900 },
      colorScheme: 'dark',
    })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('details table').first().isVisible()).toBe(true)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect(messages).toEqual([])
    await page.close()
  })
})
