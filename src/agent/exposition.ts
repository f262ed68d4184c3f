// Figures as Prometheus reads them: the text format, version 0.0.4. Pure.

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly Sample[]
}

export interface HistogramFamily {
  readonly name: string
  readonly help: string
  readonly type: 'histogram'
  readonly series: readonly HistogramSeries[]
}

export interface HistogramSeries {
  readonly labels: Labels
  /** Upper bounds, rising; the one of infinity is not among them. */
  readonly bounds: readonly number[]
  /** How many fell between each bound and the one before it; one more than there are bounds. */
  readonly counts: readonly number[]
  readonly sum: number
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Families without samples are left out. */
export function exposition(families: readonly (Family | HistogramFamily)[]): string {
  return families
    .map((family) => {
      const lines =
        family.type === 'histogram' ? family.series.flatMap((one) => bucketLines(family.name, one)) : plain(family)
      if (lines.length === 0) return ''
      return `# HELP ${family.name} ${escape(family.help)}\n# TYPE ${family.name} ${family.type}\n${lines.join('')}`
    })
    .join('')
}

function plain({ name, samples }: Family): readonly string[] {
  return samples.map(({ labels, value }) => line(name, labels, value))
}

function bucketLines(name: string, { labels, bounds, counts, sum }: HistogramSeries): readonly string[] {
  let count = 0
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((le, at) => {
    count += counts[at] ?? 0
    return line(`${name}_bucket`, { ...labels, le: number(le) }, count)
  })
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count)]
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text).replaceAll('"', '\\"')}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${number(value)}\n`
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
