// Counting: how often, and how long it took, by labels. Nothing happens here until somebody asks.
import type { HistogramSeries, Labels, Sample } from './exposition.ts'

export interface Tally {
  add(labels: Labels, by?: number): void
  samples(): readonly Sample[]
}

export function createTally(): Tally {
  const counts = new Map<string, { readonly labels: Labels; value: number }>()
  return {
    add(labels, by = 1) {
      const id = Object.values(labels).join('\n')
      const count = counts.get(id)
      if (count === undefined) counts.set(id, { labels, value: by })
      else count.value += by
    },
    samples: () => [...counts.values()].map(({ labels, value }) => ({ labels, value }))
  }
}

export interface Spread {
  /** In the unit of the bounds. */
  observe(labels: Labels, value: number): void
  series(): readonly HistogramSeries[]
}

/** A series without labels is there from the start, so that it can be asked for before there is anything. */
export function createSpread(bounds: readonly number[], empty: readonly Labels[] = []): Spread {
  const all = new Map<string, { readonly labels: Labels; readonly counts: number[]; sum: number }>()
  const of = (labels: Labels) => {
    const id = Object.values(labels).join('\n')
    const one = all.get(id) ?? { labels, counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 }
    all.set(id, one)
    return one
  }
  empty.forEach(of)
  return {
    observe(labels, value) {
      const one = of(labels)
      const found = bounds.findIndex((bound) => value <= bound)
      const at = found === -1 ? bounds.length : found
      one.counts[at] = (one.counts[at] ?? 0) + 1
      one.sum += value
    },
    series: () => [...all.values()].map(({ labels, counts, sum }) => ({ labels, bounds, counts: [...counts], sum }))
  }
}
