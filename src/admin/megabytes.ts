/** `0.4 MB`, `120 MB`. */
export function megabytes(bytes: number): string {
  const inMegabytes = bytes / 2 ** 20
  return inMegabytes < 10 ? `${inMegabytes.toFixed(1)} MB` : `${Math.round(inMegabytes)} MB`
}
