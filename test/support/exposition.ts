// Reads Prometheus' text format, strictly: what promtool would refuse throws.

export interface Scraped {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface ScrapedFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: readonly Scraped[]
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const TYPES = new Set(['counter', 'gauge', 'histogram'])
const SAMPLE = /^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y

/** Families by name. Throws where a line is none, a family comes twice, a series comes twice, or buckets do not add up. */
export function parseExposition(text: string): ReadonlyMap<string, ScrapedFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, ScrapedFamily & { readonly samples: Scraped[] }>()
  const series = new Set<string>()
  let help: readonly [string, string] | null = null
  let current: (ScrapedFamily & { readonly samples: Scraped[] }) | null = null
  for (const line of text.slice(0, -1).split('\n')) {
    const [hash, word, name = '', ...rest] = line.split(' ')
    if (hash === '#' && word === 'HELP') {
      if (rest.join('') === '') throw new Error(`${name} has no help`)
      help = [name, rest.join(' ')]
    } else if (hash === '#' && word === 'TYPE') {
      const [type = ''] = rest
      if (!NAME.test(name) || !TYPES.has(type)) throw new Error(`no type: ${line}`)
      if (families.has(name)) throw new Error(`${name} comes twice`)
      if (help?.[0] !== name) throw new Error(`${name} has no help`)
      if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`)
      current = { name, type, help: help[1], samples: [] }
      families.set(name, current)
    } else {
      const sample = sampleOf(line)
      const own = current?.type === 'histogram' ? sample.name.replace(/_(bucket|sum|count)$/, '') : sample.name
      if (current === null || own !== current.name) throw new Error(`out of place: ${line}`)
      const id = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted(([a], [b]) => (a < b ? -1 : 1))])
      if (series.has(id)) throw new Error(`twice: ${line}`)
      series.add(id)
      current.samples.push(sample)
    }
  }
  for (const family of families.values()) {
    if (family.samples.length === 0) throw new Error(`${family.name} is empty`)
    if (family.type === 'histogram') addUp(family)
  }
  return families
}

function sampleOf(line: string): Scraped {
  const { name = '', labels: text = '', value = '' } = SAMPLE.exec(line)?.groups ?? {}
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value)
  if (name === '' || value === '' || Number.isNaN(number)) throw new Error(`no sample: ${line}`)
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const [, label = '', quoted = ''] = LABEL.exec(text) ?? []
    if (label === '' || label in labels) throw new Error(`no labels: ${line}`)
    labels[label] = quoted.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
  }
  return { name, labels, value: number }
}

/** Buckets rise up to the count, for each set of labels. */
function addUp({ name, samples }: ScrapedFamily): void {
  const without = ({ labels }: Scraped) => JSON.stringify({ ...labels, le: '' })
  for (const [id, all] of Map.groupBy(samples, without)) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`)
    const count = all.find((sample) => sample.name === `${name}_count`)
    const bounds = buckets.map(({ labels }) =>
      labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le'])
    )
    const rising = (numbers: readonly number[], least: number) =>
      numbers.every((value, at) => value - (numbers[at - 1] ?? Number.NEGATIVE_INFINITY) >= least)
    const complete =
      bounds.at(-1) === Number.POSITIVE_INFINITY &&
      rising(bounds, Number.MIN_VALUE) &&
      rising(
        buckets.map(({ value }) => value),
        0
      ) &&
      buckets.at(-1)?.value === count?.value &&
      all.some((sample) => sample.name === `${name}_sum`)
    if (!complete) throw new Error(`${name} of ${id} does not add up`)
  }
}
