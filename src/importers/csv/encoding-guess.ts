/** Bytes that are enough to show an encoding. */
const bytesJudged = 64 * 1024

/**
 * The likely encoding of text that is not UTF-8, as a label of TextDecoder: a wrong one would be read without an error, as other
 * characters. `bytes` start where a line with an invalid one does.
 */
export function likelyEncoding(bytes: Buffer): string {
  const sample = bytes.subarray(0, bytesJudged)
  return candidates.find((each) => each.fits(sample))?.label ?? 'windows-1252'
}

const candidates: readonly { label: string; fits: (bytes: Buffer) => boolean }[] = [
  // Kana make Japanese; what is Latin in another encoding decodes as half-width kana or as kanji alone.
  { label: 'shift_jis', fits: (bytes) => shareOf(/[\u3040-\u30ff]/gu, bytes, 'shift_jis') >= 0.2 },
  {
    label: 'euc-jp',
    fits: (bytes) => isInRuns(bytes) && shareOf(/[\u3040-\u30ff]/gu, bytes, 'euc-jp') >= 0.2,
  },
  {
    label: 'euc-kr',
    fits: (bytes) => isInRuns(bytes) && shareOf(/[\uac00-\ud7a3]/gu, bytes, 'euc-kr') >= 0.8,
  },
  // Most Cyrillic letters are small ones; the bytes of Chinese decode as capitals too.
  {
    label: 'windows-1251',
    fits: (bytes) => isInRuns(bytes) && shareOf(/[а-яё]/gu, bytes, 'windows-1251') >= 0.7,
  },
  { label: 'gb18030', fits: (bytes) => isInRuns(bytes) && shareOf(ideographs, bytes, 'gb18030') >= 0.8 },
  { label: 'big5', fits: (bytes) => areLeads(bytes) && shareOf(ideographs, bytes, 'big5') >= 0.8 },
  { label: 'macintosh', fits: (bytes) => bytes.includes('\r') && !bytes.includes('\n') },
]

const ideographs = /[\u4e00-\u9fff\u3001\u3002\uff01-\uff60]/gu

/** The share of such characters among those that are not ASCII; 0 if the bytes are not of the encoding. */
function shareOf(wanted: RegExp, bytes: Buffer, label: string): number {
  // The last character may be cut off.
  const text = new TextDecoder(label).decode(bytes).replace(/\ufffd$/, '')
  const foreign = text.match(/[^\0-\x7f]/gu)?.length ?? 0
  if (foreign === 0 || text.includes('\ufffd')) return 0
  return (text.match(wanted)?.length ?? 0) / foreign
}

/** Whether most bytes above ASCII stand in runs of at least four: in Latin text two of them make `öß`. */
function isInRuns(bytes: Buffer): boolean {
  const runs = bytes.toString('latin1').match(/[\u0080-\u00ff]+/g) ?? []
  const lengths = runs.map((run) => run.length)
  const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0)
  return sum(lengths.filter((length) => length >= 4)) >= sum(lengths) * 0.6
}

/** Whether characters begin with bytes of Big5's frequent ones, which are signs in Latin encodings. */
function areLeads(bytes: Buffer): boolean {
  const leads = highBytes(bytes).filter((at) => (bytes[at - 1] ?? 0) < 0x80)
  return (
    leads.filter((at) => (bytes[at] ?? 0) >= 0xa1 && (bytes[at] ?? 0) <= 0xc6).length >= leads.length * 0.8
  )
}

function highBytes(bytes: Buffer): number[] {
  return [...bytes.keys()].filter((at) => (bytes[at] ?? 0) >= 0x80)
}
