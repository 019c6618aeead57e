import { formats, type Format } from '../output/format.js'
import { databaseUrl, oneOf, switched, text, wholeNumber, zone, type Setting } from './setting.js'

const both = ['project', 'user'] as const
const user = ['user'] as const

/** Every setting there is, in the order in which they are listed. */
export const settingsTable = {
  user: {
    group: 'everyday',
    description: 'who acts: an email, or its unique local part',
    flag: '--as',
    variables: ['CTO_USER'],
    files: user,
    kind: 'text',
    parse: text,
    fallback: null,
    otherwise: "git's user.email, where it is a known user",
  } as Setting<string | null>,
  timezone: {
    group: 'everyday',
    description: 'time zone of dates, as Europe/Berlin',
    flag: '--tz',
    variables: ['CTO_TZ'],
    files: both,
    kind: 'text',
    parse: zone,
    fallback: 'UTC',
  } as Setting<string>,
  format: {
    group: 'everyday',
    description: 'format of output on a terminal; a pipe gets TSV whatever this says',
    flag: '--format',
    variables: ['CTO_FORMAT'],
    files: both,
    kind: 'text',
    parse: oneOf(formats),
    fallback: null,
    otherwise: 'table',
  } as Setting<Format | null>,
  json: {
    group: 'everyday',
    description: 'JSON wherever --format does not say otherwise, also in a pipe',
    flag: '--json',
    variables: ['CTO_JSON'],
    files: [],
    kind: 'switch',
    parse: switched,
    fallback: false,
  } as Setting<boolean>,
  limit: {
    group: 'everyday',
    description: 'records in a list on a terminal; 0 for all',
    variables: ['CTO_LIMIT'],
    files: both,
    kind: 'number',
    parse: wholeNumber,
    fallback: null,
    otherwise: 'what the command says, mostly 50',
  } as Setting<number | null>,
  color: {
    group: 'everyday',
    description: 'auto, always or never; NO_COLOR and FORCE_COLOR come before it',
    flag: '--color',
    variables: ['CTO_COLOR'],
    files: user,
    kind: 'text',
    parse: oneOf(['auto', 'always', 'never']),
    fallback: 'auto',
  } as Setting<'auto' | 'always' | 'never'>,
  accessible: {
    group: 'everyday',
    description: 'for screen readers: no cursor movement, plain progress lines, the list format',
    variables: ['CTO_ACCESSIBLE'],
    files: user,
    kind: 'switch',
    parse: switched,
    fallback: false,
  } as Setting<boolean>,
  editor: {
    group: 'everyday',
    description: 'the editor of --editor; it must wait until the text is done',
    variables: ['CTO_EDITOR'],
    files: user,
    kind: 'text',
    parse: text,
    fallback: null,
    otherwise: '$VISUAL, else $EDITOR, else vi',
  } as Setting<string | null>,

  profile: {
    group: 'database',
    description: 'the profile of the user file whose database is used',
    flag: '--profile',
    variables: ['CTO_PROFILE'],
    files: both,
    kind: 'text',
    parse: text,
    fallback: null,
    otherwise: 'DATABASE_URL, else the embedded database',
  } as Setting<string | null>,
  databaseUrl: {
    group: 'database',
    description: 'the PostgreSQL to use; a file can say it in a profile only',
    variables: ['CTO_DATABASE_URL', 'DATABASE_URL'],
    files: [],
    kind: 'text',
    parse: text,
    fallback: null,
    otherwise: 'the embedded database',
    secret: true,
  } as Setting<string | null>,
  directUrl: {
    group: 'database',
    description: 'used for migrations where the database is reached through a pooler',
    variables: ['DIRECT_URL'],
    files: [],
    kind: 'text',
    parse: text,
    fallback: null,
    otherwise: 'the same as the database',
    secret: true,
  } as Setting<string | null>,
  schema: {
    group: 'database',
    description: 'the schema that holds the tables',
    variables: ['CTO_SCHEMA'],
    files: ['project'],
    kind: 'text',
    parse: text,
    fallback: null,
    otherwise: 'that of the profile, else ?schema= of the URL, else public',
  } as Setting<string | null>,
  home: {
    group: 'database',
    description: 'folder of the embedded database',
    variables: ['CTO_HOME'],
    files: user,
    kind: 'text',
    parse: text,
    fallback: null,
    otherwise: '$XDG_DATA_HOME/cto, else ~/.local/share/cto',
  } as Setting<string | null>,

  lockTimeout: {
    group: 'connection',
    description: 'seconds to wait for what another command has locked',
    flag: '--lock-timeout',
    variables: ['CTO_LOCK_TIMEOUT'],
    files: both,
    kind: 'number',
    parse: wholeNumber,
    fallback: 10,
  } as Setting<number>,
  connectionLimit: {
    group: 'connection',
    description: 'most connections to the server',
    variables: ['DATABASE_CONNECTION_LIMIT', 'DATABASE_POOL_MAX'],
    files: user,
    kind: 'number',
    parse: wholeNumber,
    fallback: 10,
  } as Setting<number>,
  connectionsKept: {
    group: 'connection',
    description: 'connections kept while nothing is asked',
    variables: ['DATABASE_POOL_MIN'],
    files: user,
    kind: 'number',
    parse: wholeNumber,
    fallback: 0,
  } as Setting<number>,
  connectionTimeout: {
    group: 'connection',
    description: 'seconds to connect',
    variables: ['DATABASE_CONNECTION_TIMEOUT'],
    files: user,
    kind: 'number',
    parse: wholeNumber,
    fallback: 20,
  } as Setting<number>,
  poolTimeout: {
    group: 'connection',
    description: 'seconds to wait for a free connection; DATABASE_POOL_TIMEOUT_MS says it in ms',
    variables: ['DATABASE_POOL_TIMEOUT'],
    files: user,
    kind: 'number',
    parse: wholeNumber,
    fallback: 10,
  } as Setting<number>,
  queryTimeoutMs: {
    group: 'connection',
    description: 'ms that a statement that reads may take; one that writes waits for --lock-timeout',
    variables: ['DATABASE_QUERY_TIMEOUT_MS'],
    files: user,
    kind: 'number',
    parse: wholeNumber,
    fallback: 10_000,
  } as Setting<number>,
  slowQueryMs: {
    group: 'connection',
    description: 'ms from which a query is named under --verbose',
    variables: ['SLOW_QUERY_THRESHOLD_MS'],
    files: user,
    kind: 'number',
    parse: wholeNumber,
    fallback: 1000,
  } as Setting<number>,

  githubToken: {
    group: 'other',
    description: 'lets import github read private repositories',
    variables: ['GITHUB_TOKEN', 'GH_TOKEN'],
    files: [],
    kind: 'text',
    parse: text,
    fallback: null,
    secret: true,
  } as Setting<string | null>,
}

export type SettingName = keyof typeof settingsTable

export type SettingValues = {
  [Name in SettingName]: (typeof settingsTable)[Name] extends Setting<infer T> ? T : never
}

export const settingNames = Object.keys(settingsTable) as SettingName[]

/** One profile of the user file: a database, and how careful to be with it. */
export interface Profile {
  url: string | null
  directUrl: string | null
  schema: string | null
  /** Folder of an embedded database, in place of a URL. */
  home: string | null
  /** Read-only in PostgreSQL, unless --write is given. */
  protected: boolean
}

type ProfileField<T> = Pick<Setting<T>, 'description' | 'kind' | 'parse' | 'fallback' | 'secret'>

export const profileTable: { [Name in keyof Profile]: ProfileField<Profile[Name]> } = {
  url: {
    description: 'the PostgreSQL to use',
    kind: 'text',
    parse: databaseUrl,
    fallback: null,
    secret: true,
  },
  directUrl: {
    description: 'used for migrations where url goes through a pooler',
    kind: 'text',
    parse: databaseUrl,
    fallback: null,
    secret: true,
  },
  schema: { description: 'the schema that holds the tables', kind: 'text', parse: text, fallback: null },
  home: {
    description: 'folder of an embedded database, in place of a URL',
    kind: 'text',
    parse: text,
    fallback: null,
  },
  protected: {
    description: 'nothing is written without --write',
    kind: 'switch',
    parse: switched,
    fallback: false,
  },
}

/** Variables that mean to `cto` what they mean to others, and are no settings of its own. */
export const otherVariables: readonly (readonly [name: string, meaning: string])[] = [
  ['PGUSER, PGPASSWORD', 'user and password, where the URL has none'],
  ['PGPASSFILE', 'file of passwords, where the URL has none; ~/.pgpass unless given'],
  ['NO_COLOR, FORCE_COLOR', 'no colour, or colour also in a pipe'],
  ['COLUMNS, TERM', 'width of tables, and what the terminal can do'],
  ['CTO_FORCE_TTY', 'stdout counts as a terminal; a number is its width, a percentage a share of it'],
  ['CI', 'no question is asked, as with --no-input'],
  ['VISUAL, EDITOR', 'the editor, unless a setting names one'],
  ['XDG_CONFIG_HOME', 'folder of the user file; ~/.config unless given'],
  ['XDG_DATA_HOME', 'folder of the embedded database; ~/.local/share unless given'],
  ['XDG_CACHE_HOME', 'folder of what completion remembers; ~/.cache unless given'],
  ['CTO_DEBUG', '1 prints stack traces'],
]
