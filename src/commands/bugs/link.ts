import { getBugId } from '../../data/bugs/bug-names.js'
import { getBug } from '../../data/bugs/bugs.js'
import { changeBugs } from '../../data/bugs/change-bugs.js'
import { CtoError, UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { bugView } from '../../views/bug.js'
import type { CommandDefinition } from '../definition.js'

interface LinkOptions {
  title?: string
  remove?: true
}

export const bugsLinkCommand: CommandDefinition = {
  name: 'link',
  description: 'Link a bug to a page: a design, a discussion, a runbook',
  effect: 'writes',
  output: { record: bugView },
  exitCodes: [3],
  examples: [
    [
      'cto bugs link BUG-1001 https://wiki.example.com/checkout --title "How checkout works"',
      'shown with the bug',
    ],
    ['cto bugs link BUG-1001 https://wiki.example.com/checkout --remove', 'not any more'],
  ],
  parameters: (command) =>
    command
      .argument('<bug>', 'number, key or URL of the tracker it came from, or id')
      .argument('<url>', 'http or https')
      .option('--title <text>', 'title of the page')
      .option('--remove', 'remove the link'),
  run: linkPage,
}

async function linkPage(
  ctx: Context,
  name: string,
  url: string,
  { title, remove }: LinkOptions,
): Promise<void> {
  requirePage(url)
  if (remove && title !== undefined)
    throw new UsageError('--title names a page that is linked, not one that is removed', {
      hint: 'leave --title or --remove out',
    })
  const change = remove
    ? { removeLink: url }
    : { addLink: { url, title: title?.trim() ? title.trim() : null } }
  const bug = await ctx.db.write(async (tx) => {
    const id = await getBugId(tx, name)
    await changeBugs(tx, { ids: [id], change, actor: await ctx.db.actor(tx), action: 'bug.link' })
    return getBug(tx, { id, now: ctx.now() })
  })
  await ctx.out.one(bugView, bug)
}

function requirePage(url: string): void {
  if (URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)) return
  throw new CtoError('INVALID_VALUE', `not the address of a page: "${url}"`, {
    hint: 'write it as https://…',
  })
}
