import { CtoError, UsageError } from '../errors.js'
import { databaseUrl, schemaName } from '../settings/typed-value.js'

/** The URL of a server. Errors do not quote it: it may hold a password. @throws UsageError */
export const serverUrl = (text: string): string => parsedBy(databaseUrl, text)

/** A schema as PostgreSQL would name it too. @throws UsageError */
export const schema = (text: string): string => parsedBy(schemaName, text)

/** What a setting accepts, a flag accepts. */
function parsedBy(parse: (text: string) => string, text: string): string {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof CtoError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
