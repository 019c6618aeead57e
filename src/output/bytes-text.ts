/** `97 B`, `812 kB`, `0.4 MB`, `12.5 GB`: bytes as people read them. */
export function bytesText(bytes: number): string {
  const size = Math.abs(bytes)
  if (size >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GB`
  if (size < 1024) return `${bytes} B`
  return size >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${Math.round(bytes / 1024)} kB`
}
