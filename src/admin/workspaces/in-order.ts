interface Settled<Result> {
  resolve(result: Result): void
  reject(reason: unknown): void
}

/** Works on items, `parallel` at once; the results come in the order of the items, each as soon as those before it are there. */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const settled: Settled<Result>[] = []
  const results = items.map(
    () => new Promise<Result>((resolve, reject) => void settled.push({ resolve, reject })),
  )
  // After the reader has left, no one handles a failure.
  for (const result of results) result.catch(() => {})
  let hasReader = true
  const waiting = items.entries()
  const lane = async () => {
    for (const [index, item] of waiting) {
      if (!hasReader) return
      await work(item).then(settled[index]?.resolve, settled[index]?.reject)
    }
  }
  for (let each = 0; each < parallel; each++) void lane()
  try {
    for (const result of results) yield await result
  } finally {
    hasReader = false
  }
}
