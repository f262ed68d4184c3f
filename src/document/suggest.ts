/** The candidate that a typing error away from `word` is most likely meant: at most two edits, never more than half of it. */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  const most = Math.min(2, Math.floor(word.length / 2))
  let best: string | null = null
  let fewest = most + 1
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase(), fewest)
    if (edits < fewest) {
      best = candidate
      fewest = edits
    }
  }
  return best
}

/** Edits from a to b, two neighbours in the wrong order counting as one; `enough` or more is reported as `enough`. */
export function distance(a: string, b: string, enough = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= enough) return enough
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const costs = [
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ...(swap ? [(before[j - 2] ?? 0) + 1] : [])
      ]
      row.push(Math.min(...costs))
    }
    before = last
    last = row
  }
  return Math.min(last[b.length] ?? 0, enough)
}
