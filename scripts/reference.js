/**
 * Writes the reference from the command tree, as Markdown and as man pages, one page per group.
 *
 * @typedef {import('./tree.js').Command} Command
 * @typedef {import('./tree.js').Named} Named
 * @typedef {Awaited<ReturnType<typeof import('./tree.js').describeTree>>} Tree
 */

/** @type {Record<string, string>} */
const effects = {
  none: 'Does not open the database.',
  reads: 'Reads the database.',
  writes: 'Writes to the database.',
  destroys: 'Deletes data that cannot be restored.',
}

/**
 * File name below docs/reference → Markdown.
 * @param {Tree} tree
 */
export function referencePages(tree) {
  const list = tree.groups.map(({ name, summary }) => `- [cto ${name}](${name}.md): ${summary}`).join('\n')
  const index = [
    '# Reference',
    written,
    'Every command with its flags. The same text is in `cto <group> <verb> --help`, in `cto commands --json` for programs, and in the man pages (`man cto`, `man cto-bugs`).',
    list,
    '## Flags of every command',
    flagTables(globalFlags(tree)),
    ...tree.topics.map(({ summary, text }) => `## ${summary}\n\n\`\`\`text\n${text}\n\`\`\``),
  ]
  const pages = tree.groups.map(
    (group) => /** @type {const} */ ([`${group.name}.md`, groupPage(group, tree)]),
  )
  return new Map([/** @type {const} */ (['README.md', index.join('\n\n')]), ...pages])
}

const written = '<!-- Written by `npm run docs` from the command tree. -->'

/**
 * @param {Named} group
 * @param {Tree} tree
 */
function groupPage({ name, summary }, tree) {
  const commands = commandsOf(name, tree).map((command) => {
    const { path, description, effect, formats, fields, exitCodes, examples } = command
    const own = command.flags.filter(({ global }) => !global)
    return [
      path === name ? '' : `## cto ${path}`,
      path === name ? '' : `${description}. ${effects[effect]}`,
      `\`\`\`sh\n${examples.map(({ line, what }) => `${line}   # ${what}`).join('\n')}\n\`\`\``,
      `\`${usage(command)}\``,
      argumentTable(command),
      flagTables(own),
      `Formats: ${formats.join(', ')}. Exit codes: ${exitCodes.map(({ code }) => code).join(', ')}.`,
      fields.length > 0 ? `Fields: ${fields.map((field) => `\`${field}\``).join(' ')}` : '',
    ]
      .filter((part) => part !== '')
      .join('\n\n')
  })
  return [
    `# cto ${name}`,
    written,
    `${summary}. Flags of every command and exit codes are explained [here](README.md).`,
    ...commands,
  ].join('\n\n')
}

/** @param {Command} command */
function argumentTable({ arguments: list }) {
  if (list.length === 0) return ''
  const rows = list.map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`)
  return `| argument | meaning |\n| --- | --- |\n${rows.join('\n')}`
}

/** @param {Command['flags']} flags */
function flagTables(flags) {
  return [...byGroup(flags)]
    .map(([heading, some]) => {
      const rows = some.map((flag) => `| \`${flagText(flag)}\` | ${cell(meaningOf(flag))} |`)
      return `| ${cell(heading)} | |\n| --- | --- |\n${rows.join('\n')}`
    })
    .join('\n\n')
}

/**
 * File name below man/ → page, in the man macros.
 * @param {Tree} tree
 * @param {string} version
 */
export function manPages(tree, version) {
  const see = (/** @type {string} */ own) =>
    ['cto', ...tree.groups.map(({ name }) => `cto-${name}`)]
      .filter((name) => name !== own)
      .map((name) => `.BR ${roff(name)} (1)`)
      .join(',\n')
  const head = (/** @type {string} */ name, /** @type {string} */ summary) =>
    `.\\" Written by npm run docs from the command tree.\n` +
    `.TH ${name.toUpperCase()} 1 "" "cto ${version}" "User Commands"\n.SH NAME\n${roff(name)} \\- ${roff(summary)}\n`
  const main =
    head('cto', 'bugs, projects, people, imports and metrics of an engineering organisation') +
    '.SH SYNOPSIS\n.B cto\n.I group verb\n[arguments] [flags]\n.SH COMMANDS\n' +
    tree.groups.map(({ name, summary }) => `.TP\n.B cto ${roff(name)}\n${roff(summary)}\n`).join('') +
    manFlags(globalFlags(tree), '.SH') +
    tree.topics
      .map(({ name, text }) => `.SH ${name.replace('-', ' ').toUpperCase()}\n.nf\n${roff(text)}\n.fi\n`)
      .join('') +
    `.SH SEE ALSO\n${see('cto')}\n`
  const pages = tree.groups.map(({ name, summary }) => {
    const text =
      head(`cto-${name}`, summary) +
      `.SH SYNOPSIS\n${commandsOf(name, tree)
        .map((command) => `.nf\n${roff(usage(command))}\n.fi\n`)
        .join('')}.SH COMMANDS\n` +
      commandsOf(name, tree).map(manCommand).join('') +
      `.SH SEE ALSO\n${see(`cto-${name}`)}\n`
    return /** @type {const} */ ([`cto-${name}.1`, text])
  })
  return new Map([/** @type {const} */ (['cto.1', main]), ...pages])
}

/** @param {Command} command */
function manCommand(command) {
  const { path, description, effect, examples, formats, exitCodes } = command
  const named = command.arguments.map(
    ({ name, description }) => `.TP\n.I ${roff(name)}\n${roff(description)}\n`,
  )
  const shown = examples.map(({ line, what }) => `${roff(line)}\n    ${roff(what)}\n`)
  return (
    `.SS cto ${roff(path)}\n${roff(description)}. ${effects[effect]}\n.PP\n.nf\n${shown.join('')}.fi\n` +
    named.join('') +
    manFlags(
      command.flags.filter(({ global }) => !global),
      '.PP',
    ) +
    `.PP\nFormats: ${formats.join(', ')}. Exit codes: ${exitCodes.map(({ code }) => code).join(', ')}.\n`
  )
}

/**
 * @param {Command['flags']} flags
 * @param {'.SH' | '.PP'} heading
 */
function manFlags(flags, heading) {
  return [...byGroup(flags)]
    .map(([group, some]) => {
      const title = heading === '.SH' ? `.SH ${roff(group).toUpperCase()}\n` : `.PP\n${roff(group)}:\n`
      return (
        title + some.map((flag) => `.TP\n.B ${roff(flagText(flag))}\n${roff(meaningOf(flag))}\n`).join('')
      )
    })
    .join('')
}

/**
 * Escapes a text for roff.
 * @param {string} text
 */
function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll('…', '...')
    .replaceAll('→', '\\(->')
    .replaceAll('≥', '\\(>=')
    .replaceAll('Σ', '\\(*S')
}

/**
 * @param {string} group
 * @param {Tree} tree
 */
function commandsOf(group, { commands }) {
  return commands.filter(({ path }) => path === group || path.startsWith(`${group} `))
}

/** @param {Tree} tree */
function globalFlags({ commands: [first] }) {
  return first?.flags.filter(({ global }) => global) ?? []
}

/** @param {Command['flags']} flags */
function byGroup(flags) {
  /** @type {Map<string, Command['flags']>} */
  const groups = new Map()
  for (const flag of flags) groups.set(flag.group, [...(groups.get(flag.group) ?? []), flag])
  return groups
}

/** @param {Command} command */
function usage({ path, arguments: list, flags }) {
  const words = list.map(({ name, required, repeatable }) => {
    const word = `${name}${repeatable ? '...' : ''}`
    return required ? `<${word}>` : `[${word}]`
  })
  const needed = flags.filter(({ required }) => required).map(flagText)
  return ['cto', path, ...words, ...needed, '[flags]'].join(' ')
}

/** @param {Command['flags'][number]} flag */
function flagText({ name, short, placeholder }) {
  return (short === null ? '' : `${short}, `) + name + (placeholder === null ? '' : ` <${placeholder}>`)
}

/** @param {Command['flags'][number]} flag */
function meaningOf({ description, values, default: value }) {
  const missing = (values ?? []).filter((each) => !description.includes(each))
  const isMostlyListed = values !== null && missing.length * 2 < values.length
  const others = isMostlyListed ? `; also ${missing.join(', ')}` : `: ${(values ?? []).join(', ')}`
  const unlisted = missing.length === 0 ? '' : others
  const otherwise = value === null ? '' : ` (default: ${JSON.stringify(value).replaceAll('"', '')})`
  return description + unlisted + otherwise
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
