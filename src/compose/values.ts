// The small notations of Compose: sizes, durations, command lines.

/** A text that is not in the notation its key wants. */
export class NotationError extends Error {
  readonly what: string
  /** What to write in its place, with an example. */
  readonly expected: string

  constructor(what: string, expected: string, message = `${what}; write ${expected}`) {
    super(message)
    this.what = what
    this.expected = expected
  }
}

/** The engine counts bytes and nanoseconds in 64 bits. */
const MOST = 2 ** 63

const SIZES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** `64m`, `1gb`, `1024` -> bytes; undefined stays undefined; NaN is never returned: what is no size throws. */
export function bytes(size: string | number | undefined): number | undefined {
  if (size === undefined || typeof size === 'number') return size
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?\s*$/i.exec(size)
  const amount = Math.round(Number(match?.[1]) * (SIZES[(match?.[2] ?? '').toLowerCase()] ?? Number.NaN))
  if (!(Math.abs(amount) < MOST)) throw new NotationError(`'${size}' is not a size`, 'for instance 64m or 1g')
  return amount
}

const TIMES: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }

/** `1m30s`, `500ms`, a number of seconds -> nanoseconds, as the engine wants them. */
export function nanoseconds(duration: string | number | undefined): number | undefined {
  if (duration === undefined) return undefined
  const parts = /^\d+$/.test(String(duration))
    ? [Number(duration) * 1e9]
    : [...String(duration).matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)|.+?/g)].map(
        ([, amount, unit = '']) => Number(amount) * (TIMES[unit] ?? Number.NaN)
      )
  const sum = Math.round(parts.reduce((whole, part) => whole + part, 0))
  if (parts.length === 0 || !(sum < MOST))
    throw new NotationError(`'${duration}' is not a duration`, 'for instance 30s or 1m30s')
  return sum
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
  if (quote !== '')
    throw new NotationError(
      `a ${quote} is not closed`,
      'its other half, or a backslash before it',
      `a ${quote} is not closed in: ${line}`
    )
  if (word !== null) result.push(word)
  return result
}
