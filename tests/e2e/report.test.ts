import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

describe.skipIf(!hasBrowser)('the report in a browser (skipped without chromium)', () => {
  let browser: Browser
  const file = path.join(home, 'report.html')

  beforeAll(async () => {
    await binary(home, ['demo'])
    await binary(home, ['report', '--since', '90d', '--output', file])
    browser = await startBrowser()
  })

  afterAll(() => browser.close())

  const open = (options: Parameters<Browser['newPage']>[0]) => openFile(browser, file, options)

  test.each(screens)(
    '$colorScheme at $width is accessible and keeps to itself',
    async ({ width, colorScheme }) => {
      const { page, messages } = await open({ viewport: { width, height: 900 }, colorScheme })
      expect(await page.locator('svg[role=img]').count()).toBe(6)
      expect(await overflow(page)).toBeLessThanOrEqual(0)
      expect(await violations(page)).toEqual([])
      expect(messages).toEqual([])
      await page.close()
    },
  )

  test('every chart has a table, which the keyboard opens', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 900 } })
    const charts = page.locator('figure')
    for (let i = 0; i < (await charts.count()); i++) {
      const details = charts.nth(i).locator('+ details')
      const table = details.locator('table')
      expect(await table.isVisible()).toBe(false)
      await details.locator('summary').focus()
      await page.keyboard.press('Enter')
      expect(await table.isVisible()).toBe(true)
      expect(await table.locator('tbody tr').count()).toBeGreaterThan(0)
    }
    await page.close()
  })

  test('on a phone nothing is cut: no text leaves its box, and nothing has to be scrolled sideways', async () => {
    const { page } = await open({ viewport: { width: 390, height: 900 } })
    await unfold(page)
    expect(await cutTexts(page)).toEqual([])
    await page.close()
  })

  test('labels of an axis never overlap', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 900 } })
    const overlaps = await page.evaluate<string[]>(`
      [...document.querySelectorAll('svg')].flatMap((svg) => {
        const texts = [...svg.querySelectorAll('text')].map((each) => [each.textContent, each.getBoundingClientRect()])
        return texts.flatMap(([a, one], i) => texts.slice(i + 1)
          .filter(([, other]) => one.left < other.right && other.left < one.right && one.top + 2 < other.bottom && other.top + 2 < one.bottom)
          .map(([b]) => a + ' on ' + b))
      })`)
    expect(overlaps).toEqual([])
    await page.close()
  })

  test('in print every table is open', async () => {
    const { page } = await open({ viewport: { width: 800, height: 900 }, colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('details table').first().isVisible()).toBe(true)
    expect(await page.locator('nav').isVisible()).toBe(false)
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(paper).toBe('rgb(255, 255, 255)')
    await page.close()
  })
})
