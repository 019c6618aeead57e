import { parseJson } from '../../domain/parse-json.js'
import { CtoError } from '../../errors.js'
import { importTypes } from '../../domain/kinds.js'
import { loadModes } from '../../importers/load/loading.js'
import { parseMapping, type MappingFlags } from '../../importers/map/mapping-flags.js'
import type { ImportPlanDocument } from '../../shapes/import.js'
import { slaStarts } from '../../domain/sla.js'
import type { CsvOptions } from './csv-options.js'

/** The parts of a plan that `import apply` needs. */
export interface SavedPlan extends Pick<ImportPlanDocument, 'file' | 'target' | 'zone' | 'fingerprint'> {
  options: CsvOptions
  mapping: MappingFlags
  /** SHA-256 of the file of people; null if there was none. */
  people: string | null
}

const texts = ['source', 'encoding', 'delimiter', 'quote', 'people', 'locale'] as const
const switches = ['headerless', 'pad', 'keepLocal', 'newerOnly', 'keepNumbers'] as const
const numbers = ['skip', 'footer'] as const
const lists = ['issueType', 'label'] as const

/** The flags that affect how the file is read and imported. */
export function optionsToSave(options: CsvOptions): Record<string, unknown> {
  const { type, create, mode, maxErrors, onUnknown, slaFrom } = options
  const given = [...texts, ...switches, ...numbers, ...lists].map((name) => [name, options[name]] as const)
  return {
    type,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    onUnknown: onUnknown === 'default' ? 'default' : 'reject',
    create,
    mode,
    ...(maxErrors !== undefined && { maxErrors }),
    ...(slaFrom !== undefined && { slaFrom }),
  }
}

/** Parses an untrusted file. @throws CtoError BAD_FILE */
export function parsePlanFile(text: string, path: string): SavedPlan {
  const refuse = (reason: string): CtoError =>
    new CtoError('BAD_FILE', `"${path}" is not a plan of an import`, {
      reason,
      hint: 'create one with cto import plan FILE --type TYPE --json -o plan.json',
    })
  const whole = record(parsed(text))
  const json = whole['data'] === undefined ? whole : record(whole['data'])
  const [file, options] = [record(json['file']), record(json['options'])]
  const slaFrom = slaStarts.find((each) => each === options['slaFrom'])
  const [type, mode] = [
    importTypes.find((each) => each === options['type']),
    loadModes.find((each) => each === options['mode']),
  ]
  if (json['version'] !== 1) throw refuse('its "version" is not 1')
  if (type === undefined || mode === undefined) throw refuse('"options" is not as import plan writes it')
  const [filePath, sha256, fingerprint] = [file['path'], file['sha256'], json['fingerprint']].map(textOrNull)
  const [target, zone] = [json['target'], json['zone']].map(textOrNull)
  if (!filePath || !sha256 || !fingerprint || !target || !zone)
    throw refuse('"file", "target", "zone" or "fingerprint" is missing')
  const valid = Object.entries(options).filter(
    ([name, value]) =>
      (isOneOf(texts, name) && typeof value === 'string') ||
      (isOneOf(switches, name) && value === true) ||
      (isOneOf(numbers, name) && Number.isInteger(value)) ||
      (isOneOf(lists, name) && isTexts(value)),
  )
  return {
    file: { path: filePath, sha256 },
    target,
    zone,
    fingerprint,
    people: textOrNull(json['people']),
    mapping: parseMapping(JSON.stringify({ version: 1, ...record(json['mapping']) }), path),
    options: {
      ...Object.fromEntries(valid),
      type,
      mode,
      create: options['create'] !== false,
      progress: 'auto',
      onUnknown: options['onUnknown'] === 'default' ? 'default' : 'reject',
      ...maxErrorsOf(record(options['maxErrors'])),
      ...(slaFrom !== undefined && { slaFrom }),
    },
  }
}

function maxErrorsOf({ percent, count }: Record<string, unknown>): Pick<CsvOptions, 'maxErrors'> {
  if (typeof percent === 'number') return { maxErrors: { percent } }
  return typeof count === 'number' ? { maxErrors: { count } } : {}
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return null
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name)
}
