import { unsetFix } from './unset-fix.js'
import type { ConnectionLimits, DatabaseAccess, ServerSettings, TlsSettings } from '../engine/settings.js'
import { CtoError } from '../errors.js'
import type { UrlInUse } from './database-values.js'
import type { Env, Origin } from './found.js'
import { passwordFromFile } from './password-file.js'
import { requireNoProblems, type Problem } from './problem.js'
import { readSmallFile } from '../files/small-file.js'
import type { KnownSettings } from './resolve.js'
import { noWorkspace, type SettingValues } from './table.js'

interface Login {
  env: Env
  /** `--write` of the line. */
  write: boolean
}

/**
 * The settings with which the engine opens the database in use.
 *
 * @throws NotFoundError for a profile that does not exist, CtoError NOT_CONFIGURED naming every problem of its URLs; no
 * message contains a password
 */
export function databaseAccess(
  { values, origins, database }: KnownSettings,
  { env, write }: Login,
): DatabaseAccess {
  const { profile, server, direct, replica, failure } = database
  if (failure) throw failure
  const problems = [...database.problems]
  const shared = {
    limits: limitsOf(values),
    readOnly: profile?.fields.protected === true && !write,
    lockTimeoutMs: values.lockTimeout * 1000,
    workspace: values.workspace === noWorkspace ? null : values.workspace,
    workspaceFix: workspaceFix(origins.workspace),
    namesSchema: origins.schema.from !== 'default',
  }
  if (server) {
    const settings = serverSettings(server, env, problems)
    const directSettings = direct && {
      ...serverSettings(direct, env, problems),
      pooled: false,
      schema: settings.schema,
    }
    const replicaSettings = replica && {
      server: { ...serverSettings(replica, env, problems), schema: settings.schema },
      maxLagMs: values.readMaxLag * 1000,
    }
    requireNoProblems(problems)
    return {
      ...shared,
      at: {
        engine: 'postgresql',
        server: { ...settings, direct: directSettings, replica: replicaSettings },
      },
    }
  }
  requireNoProblems(problems)
  if (values.home === null) {
    throw new CtoError('NOT_CONFIGURED', 'there is no home folder to keep the database in', {
      hint: 'set CTO_HOME',
    })
  }
  return {
    ...shared,
    at: { engine: 'embedded', embedded: { home: values.home, schema: values.schema } },
  }
}

function limitsOf(values: SettingValues): ConnectionLimits {
  return {
    max: values.connectionLimit,
    min: values.connectionsKept,
    connectTimeoutMs: Math.round(values.connectionTimeout * 1000),
    poolTimeoutMs: Math.round(values.poolTimeout * 1000),
    queryTimeoutMs: values.queryTimeoutMs,
    slowQueryMs: values.slowQueryMs,
  }
}

/** Fills missing parts of the URL as libpq does. */
function serverSettings({ parts, values }: UrlInUse, env: Env, problems: Problem[]): ServerSettings {
  const login = {
    host: parts.host || 'localhost',
    port: parts.port,
    user: parts.user || (env['PGUSER'] ?? env['USER'] ?? 'postgres'),
    database: parts.database || 'postgres',
  }
  return {
    ...login,
    password: parts.password || (env['PGPASSWORD'] ?? passwordFromFile(env, login)),
    schema: values.schema,
    pooled: values.pooled,
    tls: tlsSettings(values, problems),
    direct: null,
    replica: null,
    limits: limitsOf(values),
  }
}

/** libpq's sslmode: `require` encrypts without verifying the server, unless a root certificate is given. */
function tlsSettings(
  { sslMode, sslRootCert, sslCert, sslKey }: SettingValues,
  problems: Problem[],
): TlsSettings {
  if (sslMode === 'disable') return { mode: 'disable' }
  const ca = sslRootCert === 'system' ? undefined : readCertificate(sslRootCert, 'sslrootcert', problems)
  const cert = readCertificate(sslCert, 'sslcert', problems)
  const key = readCertificate(sslKey, 'sslkey', problems)
  const verify = sslMode.startsWith('verify-') || (sslMode === 'require' && ca !== undefined)
  return {
    mode: sslMode === 'prefer' || sslMode === 'allow' ? 'prefer' : 'require',
    options: {
      rejectUnauthorized: verify,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      // verify-ca trusts every certificate of that authority, for any host name.
      ...(verify && sslMode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    },
  }
}

function readCertificate(file: string | null, parameter: string, problems: Problem[]): string | undefined {
  if (file === null) return undefined
  try {
    return readSmallFile(file).text
  } catch {
    problems.push({ where: parameter, key: null, what: `the file ${file} cannot be read` })
    return undefined
  }
}

/** A setting outlives the database for which it was made. */
function workspaceFix(origin: Origin): string | undefined {
  const unset = unsetFix('workspace', origin)
  return unset === null ? undefined : `${unset}, or --workspace none`
}
