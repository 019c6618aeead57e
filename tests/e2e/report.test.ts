import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { binary, useHome } from './binary.js'

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const home = useHome()

describe.skipIf(program === undefined)('the report in a browser (skipped without chromium)', () => {
  let browser: Browser
  const file = path.join(home, 'report.html')

  beforeAll(async () => {
    await binary(home, ['demo'])
    await binary(home, ['report', '--since', '90d', '--output', file])
    browser = await chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox'] })
  })

  afterAll(() => browser.close())

  /** The console messages and requests of the page while it was open. */
  async function open(
    options: Parameters<Browser['newPage']>[0],
  ): Promise<{ page: Page; messages: string[] }> {
    // axe is injected from outside, which the page's own policy would block.
    const page = await browser.newPage({ ...options, bypassCSP: true })
    const messages: string[] = []
    page.on('console', (message) => messages.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => messages.push(`error: ${error.message}`))
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) messages.push(`request: ${request.url()}`)
    })
    await page.goto(pathToFileURL(file).href)
    return { page, messages }
  }

  const worlds = [
    { width: 1280, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const

  test.each(worlds)(
    '$colorScheme at $width is accessible and keeps to itself',
    async ({ width, colorScheme }) => {
      const { page, messages } = await open({ viewport: { width, height: 900 }, colorScheme })
      expect(await page.locator('svg[role=img]').count()).toBe(6)
      const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
      expect(overflow).toBeLessThanOrEqual(0)
      await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
      await page.evaluate(axe)
      const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
        'axe.run()',
      )
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
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
    await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    const cut = await page.evaluate<string[]>(`
      [...document.querySelectorAll('main *')]
        .filter((each) => !each.closest('svg, thead') && each.getClientRects().length > 0)
        .filter((each) => {
          const { left, right } = each.getBoundingClientRect()
          return left < 0 || right > window.innerWidth || each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
        })
        .map((each) => each.outerHTML.slice(0, 120))`)
    expect(cut).toEqual([])
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
