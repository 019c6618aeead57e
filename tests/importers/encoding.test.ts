import { gzipSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { encoder } from '../../src/importers/csv/encode.js'
import { decode, detectEncoding, UndecodableError } from '../../src/importers/csv/encoding.js'
import { openSource } from '../../src/importers/csv/source.js'
import { importText, withFile } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

async function decoded(bytes: Buffer, label: string, pieceLength: number): Promise<string> {
  let text = ''
  for await (const part of decode(inPieces(bytes, pieceLength), { label, bomBytes: 0 })) text += part
  return text
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const csv = lines('Summary,Issue key,Status', 'Größe – 寸法 😀,A-1,Open')

describe('decoding', () => {
  it('decodes any text in UTF-8 and UTF-16, split anywhere', async () => {
    const labels = fc.constantFrom('utf-8', 'utf-16le', 'utf-16be')
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        labels,
        fc.integer({ min: 1, max: 9 }),
        async (any, label, length) => {
          // Half a surrogate pair is in no encoding.
          const text = Buffer.from(any).toString()
          expect(await decoded(encoder({ label, bomBytes: 0 })(text), label, length)).toBe(text)
        },
      ),
    )
  })

  it('reports the offset of the first invalid byte, and returns all text before it', async () => {
    const bytes = Buffer.concat([Buffer.from('é�x'), Buffer.from([0xe9]), Buffer.from('abc')])
    for (const length of [1, 2, 3, 100]) {
      await expect(decoded(bytes, 'utf-8', length)).rejects.toEqual(new UndecodableError(6, 'utf-8'))
    }
  })

  it('rejects a character that is cut off at the end of the file', async () => {
    await expect(decoded(Buffer.from('aé').subarray(0, 2), 'utf-8', 100)).rejects.toThrow(
      'byte 1 is not utf-8',
    )
  })

  it.each(['windows-1252', 'iso-8859-15', 'koi8-r'])('writes %s unchanged', async (label) => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    expect(encoder({ label, bomBytes: 0 })(await decoded(all, label, 10))).toEqual(all)
  })

  it('detects an encoding by its byte order mark, or uses the flag', () => {
    expect(detectEncoding(Buffer.from('\ufeffa'))).toEqual({ label: 'utf-8', bomBytes: 3 })
    expect(detectEncoding(Buffer.from([0xff, 0xfe, 0x41, 0]))).toEqual({ label: 'utf-16le', bomBytes: 2 })
    expect(detectEncoding(Buffer.from('a'), 'latin1')).toEqual({ label: 'windows-1252', bomBytes: 0 })
    expect(() => detectEncoding(Buffer.from('a'), 'klingon')).toThrow('no encoding "klingon"')
  })
})

describe('reading a file', () => {
  it.each([
    ['with a byte order mark', Buffer.from(`\ufeff${csv}`)],
    ['in UTF-16', Buffer.from(`\ufeff${csv}`, 'utf16le')],
    ['in gzip, whatever its name', gzipSync(csv)],
  ])('reads one %s', async (_, bytes) => {
    const { records } = await importText('bugs', bytes)
    expect(records).toMatchObject([{ externalId: 'A-1', title: 'Größe – 寸法 😀' }])
  })

  it('stops at the first invalid byte with its offset, its record and the likely encoding', async () => {
    const bytes = Buffer.from(lines('Summary,Issue key', 'fine,A-1', 'Größe,A-2'), 'latin1')
    await expect(importText('bugs', bytes)).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: '"export.csv" is not UTF-8: byte 29, in record 2',
      hint: 'if it comes from Excel or an old system, try --encoding windows-1252',
    })
    const { records } = await importText('bugs', bytes, { encoding: 'windows-1252' })
    expect(records[1]?.title).toBe('Größe')
  })

  it.each([
    [
      'shift_jis',
      '1,起動時にクラッシュする\n2,価格が違う',
      'MSyLTpOujp6CyYNOg4mDYoNWg4WCt4LpCjIsib+KaYKqiOGCpA==',
    ],
    [
      'euc-jp',
      '1,起動時にクラッシュする\n2,価格が違う',
      'MSy1r8awu/6ky6Wvpemlw6W3peWkuaTrCjIsssGzyqSssOOkpg==',
    ],
    ['gb18030', '1,启动时崩溃，价格错误\n2,搜索很慢', 'MSzG9LavyrGxwMCjo6y827jxtO3O8woyLMvRy/e63ML9'],
    ['big5', '1,啟動時當機，價格錯誤\n2,搜尋很慢', 'MSyx0rDKrsm37b73oUG7+a7mv/m7fgoyLLdqtE2r3LpD'],
    ['euc-kr', '1,시작할 때 충돌\n2,검색이 느림', 'MSy9w8Dbx9Igtqcgw+a1uQoyLLDLu/bAzCC0wLiy'],
    [
      'windows-1251',
      '1,Падает при запуске\n2,Цена неверна',
      'MSzP4OTg5fIg7/DoIOfg7/Px6uUKMizW5e3gIO3l4uXw7eA=',
    ],
    [
      'windows-1252',
      "1,Größe für Änderung\n2,Écran noir à l'arrêt",
      'MSxHcvbfZSBm/HIgxG5kZXJ1bmcKMizJY3JhbiBub2lyIOAgbCdhcnLqdA==',
    ],
    [
      'windows-1252',
      '1,Kraschar när någon öppnar\n2,Señal, coração, crème brûlée',
      'MSxLcmFzY2hhciBu5HIgbuVnb24g9nBwbmFyCjIsU2XxYWwsIGNvcmHn428sIGNy6G1lIGJy+2zpZQ==',
    ],
    ['macintosh', '1,Größe\r2,für', 'MSxHcpqnZQ0yLGafcg=='],
  ])('names %s as the likely encoding of %j', async (label, text, base64) => {
    const bytes = Buffer.from(base64, 'base64')
    expect(new TextDecoder(label).decode(bytes)).toBe(text)
    const file = Buffer.concat([Buffer.from(text.includes('\r') ? 'ID,Title\r' : 'ID,Title\n'), bytes])
    await expect(importText('bugs', file)).rejects.toMatchObject({
      hint: `if it comes from Excel or an old system, try --encoding ${label}`,
    })
  })

  it('finds an invalid byte far after the samples', async () => {
    const filler = lines(...Array.from({ length: 40_000 }, (_, n) => `a longer title for record,A-${n}`))
    const bytes = Buffer.concat([
      Buffer.from(`Summary,Issue key\n${filler}`),
      Buffer.from([0xff]),
      Buffer.from(',B-1\n'),
    ])
    await expect(importText('bugs', bytes)).rejects.toThrow('in record 40001')
  })

  it.each([
    ['a folder', '.', 'BAD_FILE', '"." is a folder'],
    ['a missing file', 'no/such.csv', 'NOT_FOUND', 'no file "no/such.csv"'],
  ])('rejects %s', async (_, path, code, message) => {
    await expect(openSource(path, { stdin: inPieces(Buffer.from('x'), 1) })).rejects.toMatchObject({
      code,
      message,
    })
  })

  it.each([
    ['an empty file', Buffer.alloc(0), '"export.csv" is empty'],
    ['an empty file in gzip', gzipSync(''), '"export.csv" is empty'],
    ['blank lines', Buffer.from('\n\n \n'), '"export.csv" holds no records, only blank lines'],
    [
      'a workbook',
      Buffer.from('PK\x03\x04\x14\x00\x06\x00', 'latin1'),
      '"export.csv" is an Excel workbook or a ZIP archive, not CSV',
    ],
    ['JSON', Buffer.from(' [\n{"id": 1, "title": "x"},\n'), '"export.csv" is JSON, not CSV'],
    [
      'alerts of GitHub',
      Buffer.from(
        '[{"number":4,"created_at":"2026-01-05T10:00:00Z","url":"https://api.github.com/repos/acme/web/code-scanning/alerts/4"}]',
      ),
      '"export.csv" is a report of a review tool, not CSV',
    ],
    [
      'SARIF',
      Buffer.from('{\n  "version": "2.1.0",\n  "runs": [{}]\n}\n'),
      '"export.csv" is a report of a review tool, not CSV',
    ],
    ['NDJSON', Buffer.from('{"id":1,"title":"x"}\n{"id":2,"title":"y"}\n'), '"export.csv" is JSON, not CSV'],
    ['a web page', Buffer.from('\ufeff<!DOCTYPE html>\n<html>'), '"export.csv" is a web page, not CSV'],
    ['XML', Buffer.from('<?xml version="1.0"?><rss/>'), '"export.csv" is XML, not CSV'],
    [
      'a dump',
      Buffer.from('--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nSELECT 1;\n'),
      '"export.csv" is SQL, not CSV',
    ],
    [
      'a dump of rows',
      Buffer.from("/* a,b */\nINSERT INTO bugs VALUES (1,'x');\n"),
      '"export.csv" is SQL, not CSV',
    ],
    [
      'random bytes',
      Buffer.from(Array.from({ length: 500 }, (_, n) => (n * 7919) % 256)),
      '"export.csv" is a binary file, not CSV',
    ],
    [
      'UTF-16 without a mark',
      Buffer.from(csv.slice(0, 24), 'utf16le'),
      '"export.csv" looks like UTF-16 without a byte order mark',
    ],
    ['damaged gzip', gzipSync(csv).subarray(0, 30), '"export.csv" is damaged: its gzip data cannot be read'],
  ])('rejects %s', async (_, bytes, message) => {
    await expect(importText('bugs', bytes)).rejects.toMatchObject({ code: 'BAD_FILE', message })
  })

  it('copies standard input to a file until it is closed', async () => {
    await withFile('', async (path) => {
      const tempFolder = path.slice(0, path.lastIndexOf('/'))
      const source = await openSource('-', { stdin: inPieces(Buffer.from(csv), 5), tempFolder })
      expect(source.name).toBe('stdin')
      for (let pass = 1; pass <= 2; pass += 1) {
        const chunks: Buffer[] = []
        for await (const chunk of source.read()) chunks.push(chunk)
        expect(Buffer.concat(chunks).toString()).toBe(csv)
      }
      await source.close()
    })
  })

  it('reports where standard input cannot be copied', async () => {
    const tempFolder = '/proc/none/at/all'
    await expect(openSource('-', { stdin: inPieces(Buffer.from(csv), 5), tempFolder })).rejects.toMatchObject(
      {
        code: 'NOT_PERMITTED',
        message: `standard input cannot be kept in ${tempFolder}`,
        hint: 'set TMPDIR to a folder with enough space',
      },
    )
  })

  it('ends every hostile file with records or with an error message', async () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .stringMatching(/^[a1,;"\r\n\0| ]{0,120}$/)
        .map((text) => Buffer.from(`Summary,Issue key,Status\n${text}`)),
    )
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        await importText('bugs', bytes, { maxErrors: { percent: 100 } }).catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.stringMatching(/BAD_FILE|AMBIGUOUS/) as string })
        })
      }),
      { numRuns: 60 },
    )
  })
})
