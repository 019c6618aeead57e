import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
)

/** Tests of pages are skipped without chromium. */
export const hasBrowser = program !== undefined

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox'] })
}

/** The screens on which a page is checked. */
export const screens = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const

/** Opens a page of a file. `messages`: what it wrote on the console and requested while it was open. */
export async function openFile(
  browser: Browser,
  file: string,
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

export async function unfold(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
}

/** The columns of pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
}

/** What axe-core finds on the page, with everything unfolded. */
export async function violations(page: Page): Promise<string[]> {
  await unfold(page)
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()')
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
}

/** Texts that leave their box or the window. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('main *')]
      .filter((each) => !each.closest('svg, thead') && each.getClientRects().length > 0)
      .filter((each) => {
        const { left, right } = each.getBoundingClientRect()
        return left < 0 || right > window.innerWidth || each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
      })
      .map((each) => each.outerHTML.slice(0, 120))`)
}
