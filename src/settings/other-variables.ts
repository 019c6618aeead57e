import type { Setting } from './setting.js'

/** The variables of an entry that are secrets, or URLs that can hold one: messages mask them. */
type SecretVariables = Readonly<Record<string, NonNullable<Setting<unknown>['secret']>>>

/** Variables that `cto` uses with their usual meaning, and that are not settings of its own. */
export const otherVariables: readonly (readonly [
  names: string,
  meaning: string,
  secret?: SecretVariables,
])[] = [
  ['PGUSER, PGPASSWORD', 'user and password if the URL has none', { PGPASSWORD: 'value' }],
  ['PGPASSFILE', 'file of passwords if the URL has none; default ~/.pgpass'],
  ['NO_COLOR, FORCE_COLOR', 'no colour, or colour in pipes too'],
  ['COLUMNS, TERM', 'width and capabilities of the terminal'],
  ['CTO_FORCE_TTY', 'stdout counts as a terminal; a number is its width, a percentage a share of it'],
  ['CI', 'never prompt, as with --no-input'],
  ['VISUAL, EDITOR', 'the editor, if no setting names one'],
  ['PAGER, LESS', 'the pager, if no setting names one, and its flags'],
  ['XDG_CONFIG_HOME', 'folder of the user file; default ~/.config'],
  ['XDG_DATA_HOME', 'folder of the embedded database; default ~/.local/share'],
  ['XDG_STATE_HOME', 'folder of what cto last wrote, for reads from a standby; default ~/.local/state'],
  ['XDG_CACHE_HOME', 'folder of the caches of completion and of compiled code; default ~/.cache'],
  ['CTO_BACKUP_PASSPHRASE', 'passphrase of encrypted archives', { CTO_BACKUP_PASSPHRASE: 'value' }],
  [
    'CTO_ENCRYPTION_KEY',
    'key of stored secrets, 32 bytes in base64 or hexadecimal; …_FILE: its file, mode 600',
    { CTO_ENCRYPTION_KEY: 'value' },
  ],
  [
    'CTO_ENCRYPTION_KEY_OLD',
    'the key before, for cto secrets rotate; also …_FILE',
    { CTO_ENCRYPTION_KEY_OLD: 'value' },
  ],
  ['CTO_NOTIFY_HOSTS', 'hosts of the own network that webhooks of alerts may reach, separated by commas'],
  ['CTO_NOTIFY_DIR', 'folder below which alerts write files'],
  [
    'SMTP_URL, CTO_NOTIFY_FROM',
    'mail server of alerts, smtp://user:password@host:port, and their sender',
    { SMTP_URL: 'url' },
  ],
  [
    'CTO_API_KEY',
    'API key as whose user commands act, within its scopes; …_FILE: its file, mode 600',
    { CTO_API_KEY: 'value' },
  ],
  ['NODE_DISABLE_COMPILE_CACHE', '1 stores no compiled code'],
  ['CTO_DEBUG', '1 prints stack traces'],
]
