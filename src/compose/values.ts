// The small notations of Compose: sizes, durations, ports, devices, command lines.

const SIZES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** `64m`, `1gb`, `1024` -> bytes; undefined stays undefined; NaN is never returned: what is no size throws. */
export function bytes(size: string | number | undefined): number | undefined {
  if (size === undefined || typeof size === 'number') return size
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?\s*$/i.exec(size)
  const unit = SIZES[(match?.[2] ?? '?').toLowerCase()]
  if (match === null || unit === undefined) throw new Error(`'${size}' is not a size; write for instance 64m or 1g`)
  return Math.round(Number(match[1]) * unit)
}

const TIMES: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }

/** `1m30s`, `500ms`, a number of seconds -> nanoseconds, as the engine wants them. */
export function nanoseconds(duration: string | number | undefined): number | undefined {
  if (duration === undefined) return undefined
  if (typeof duration === 'number' || /^\d+$/.test(duration)) return Number(duration) * 1e9
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)]
  if (parts.map((part) => part[0]).join('') !== duration || parts.length === 0) {
    throw new Error(`'${duration}' is not a duration; write for instance 30s or 1m30s`)
  }
  return Math.round(parts.reduce((sum, part) => sum + Number(part[1]) * (TIMES[part[2] ?? ''] ?? 0), 0))
}

/** Splits a command line into words as a shell would, quotes and backslashes honoured, nothing expanded. */
export function words(line: string): readonly string[] {
  const result: string[] = []
  let word: string | null = null
  let quote = ''
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at)
    if (quote !== '') {
      if (char === quote) quote = ''
      else if (char === '\\' && quote === '"' && /["\\$`]/.test(line.charAt(at + 1)))
        word = `${word ?? ''}${line.charAt(++at)}`
      else word = `${word ?? ''}${char}`
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (char === '\\') {
      word = `${word ?? ''}${line.charAt(++at)}`
    } else if (/\s/.test(char)) {
      if (word !== null) result.push(word)
      word = null
    } else {
      word = `${word ?? ''}${char}`
    }
  }
  if (quote !== '') throw new Error(`a ${quote} is not closed in: ${line}`)
  if (word !== null) result.push(word)
  return result
}

export interface PublishedPort {
  /** `80/tcp` */
  readonly container: string
  readonly hostIp: string
  /** '' : the engine picks one. */
  readonly hostPort: string
}

/** `[[IP:]HOST:]CONTAINER[/PROTOCOL]`, ranges on both sides included; an IPv6 address stands in brackets. */
export function ports(text: string | number): readonly PublishedPort[] {
  const [spec = '', protocol = 'tcp'] = String(text).split('/')
  const match = /^(?:(?:(\[[^\]]+\]|[^:]*):)?([^:]*):)?([^:]+)$/.exec(spec)
  const container = range(match?.[3] ?? '', text)
  const host = (match?.[2] ?? '') === '' ? container.map(() => '') : range(match?.[2] ?? '', text)
  if (host.length !== container.length) throw new Error(`port '${text}': the two ranges have different lengths`)
  const hostIp = (match?.[1] ?? '').replace(/^\[|\]$/g, '')
  return container.map((port, at) => ({ container: `${port}/${protocol}`, hostIp, hostPort: host[at] ?? '' }))
}

function range(text: string, whole: string | number): readonly string[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text)
  const first = Number(match?.[1])
  const last = Number(match?.[2] ?? match?.[1])
  if (match === null || last < first || last > 65_535)
    throw new Error(`'${whole}' is not a port; write HOST:CONTAINER, for instance 8080:80`)
  return Array.from({ length: last - first + 1 }, (_, step) => String(first + step))
}
