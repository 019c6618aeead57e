/** The first bytes, and all of them again. */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ start: Buffer; all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let read = Buffer.alloc(0)
  while (read.length < count) {
    const next = await iterator.next()
    if (next.done) break
    read = Buffer.concat([read, next.value])
  }
  const all = (async function* () {
    yield read
    yield* { [Symbol.asyncIterator]: () => iterator }
  })()
  return { start: read.subarray(0, count), all }
}
