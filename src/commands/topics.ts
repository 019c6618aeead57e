import { severities } from '../domain/bug.js'
import { defaultSlaPolicy } from '../domain/sla.js'
import { exitCodeMeanings } from '../errors.js'
import { otherVariables } from '../settings/other-variables.js'
import { settingNames, settingsTable } from '../settings/table.js'
import { filterExamples } from '../flags/bug-filter-table.js'
import type { HelpTopic } from '../shapes/command.js'

const exitCodesText = Object.entries(exitCodeMeanings)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')

const settingLines = settingNames
  .filter((name) => settingsTable[name].variables.length > 0)
  .map(
    (name) => `  ${settingsTable[name].variables.join(', ').padEnd(30)}  ${settingsTable[name].description}`,
  )
  .join('\n')

const otherLines = otherVariables.map(([names, meaning]) => `  ${names.padEnd(30)}  ${meaning}`).join('\n')

const filterLines = filterExamples()
  .map(([example, meaning]) => `  ${example.padEnd(26)}  ${meaning}`)
  .join('\n')

export const topics: readonly HelpTopic[] = [
  {
    name: 'exit-codes',
    summary: 'What the exit code of a command means',
    text: `${exitCodesText}

A failure prints on stderr what is wrong, why, and the command that fixes it; with --json it is one object with a stable
code instead. Codes and exit codes never change their meaning.

  cto bugs list --json >bugs.json || echo "exit code $?"`,
  },
  {
    name: 'formats',
    summary: 'What --format can be, and what programs can rely on',
    text: `  table     for people: fits the terminal, free text gives way first
  json      {"data": …, "page": …}; one thing is {"data": {…}}
  ndjson    a bare JSON object a line
  csv       RFC 4180, lossless
  tsv       one line a record; \\t \\n \\r \\\\ and other control characters escaped
  markdown  a table to paste elsewhere
  list      one "label: value" block a record
  ids       what other commands accept as names

On a terminal the default is a table, in a pipe tsv with the same columns. --json is short for --format json, and
CTO_JSON=1 makes it the default. --fields a,b.c narrows every format to these fields, --no-header leaves out the heading,
--output FILE writes a file that appears only when it is complete; its format follows from the flags, not from the ending of
its name. Times are RFC 3339 in UTC, decimals exact; keys of JSON are only ever added.

  cto bugs list --fields bugNumber,assignedTo.email -f csv
  cto bugs list --sla breached -f ids | cto bugs assign --from - --to ada --yes`,
  },
  {
    name: 'environment',
    summary: 'Variables that change what cto does',
    text: `Which database, the first that is set:
  --profile NAME      a profile of the settings; see: cto config list
  CTO_DATABASE_URL    postgresql://user:password@host:port/database?schema=name
  CTO_PROFILE         a profile of the settings
  DATABASE_URL        the same URL, as other programs name it
  CTO_HOME            otherwise: the folder of the embedded database (default: cto in the XDG data folder)

Every setting, which a flag or a file can say too (cto config list):
${settingLines}

What other programs read as well:
${otherLines}

A file of variables is read only with --env-file; what is set already wins.`,
  },
  {
    name: 'filters',
    summary: 'How to choose bugs: values, negation, time, where',
    text: `Filters of bugs list, search, stats and metrics. A repeated flag and commas mean "or", several flags mean "and".

${filterLines}

A list shows open bugs unless --status, --resolved or an --sla of met, missed or paused asks for others. Commands that
change bugs take the same names and values as one text:

  cto bugs close --where 'severity=low created=..2025-12-31' --dry-run
  cto bugs list --project web --created 7d -f ids | cto bugs defer --from -`,
  },
  {
    name: 'sla',
    summary: 'The SLA clock: its hours, what stops it, and its states',
    text: `${severities.map((severity) => `  ${severity.padEnd(9)} ${defaultSlaPolicy.hours[severity]} h`).join('\n')}

A bug gets its hours from its severity, unless --sla-hours gives others, and is due that long after it was created; an
imported one after its tracker created it, so that an old open bug is late at once; import --sla-from import starts the
clocks of open bugs at the import. The clock stops while a bug is deferred,
and when it is shipped or closed; reopening starts it again and moves the due time by the pause. A new severity brings its
own hours where the old ones were those of its severity.

These hours are the defaults. An organisation sets its own, for bugs that are created or reclassified from then on:

  cto config set slaHours.critical 12 --shared

  on_track  open, less than 80 % of the hours used
  at_risk   open, 80 % or more
  breached  open, and past due now or before
  paused    deferred
  met       resolved in time
  missed    resolved too late

A breach stays: no pause, severity or reopening takes it back. cto bugs explain BUG-1001 shows every span of a clock.`,
  },
  {
    name: 'priority',
    summary: 'How priority and urgency are computed',
    text: `priority = round(60 × severity + 25 × revenue + 15 × blocker)
  result    0 to 100, stored
  severity  critical 1, high 0.7, medium 0.4, low 0.1
  revenue   min(1, ln(1 + R ÷ 100) ÷ ln(1001)), R the money lost per day; unknown counts as 0
  blocker   1 or 0

urgency = round(0.75 × priority + 20 × sla + 5 × age)
  result    0 to 100, of open bugs, computed when read
  sla       0 up to half of the hours used, 1 from all of them on
  age       days open ÷ 90, at most 1

--priority 80 pins a priority, --priority auto computes it again. cto bugs explain BUG-1001 shows the terms of a bug, and
what would move it up.

cto bugs list and search order by priority. cto bugs next, cto projects show and the report order by urgency: there a bug
whose SLA is running out comes before one of a higher priority.`,
  },
]
