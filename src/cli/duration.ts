import type { Context } from './command.ts'
import { EXIT, Failure } from './failure.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of `90`, `90s`, `1.5m`, `2h30m`, `7d`; null: that is no duration. */
export function secondsOf(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  if (!/^(\d+(\.\d+)?[smhd])+$/.test(text)) return null
  const parts = [...text.matchAll(/([\d.]+)([smhd])/g)]
  return parts.reduce((sum, [, count = '', unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0)
}

/** An option's value as seconds; undefined when it is not given. */
export function durationOption({ options }: Pick<Context, 'options'>, name: string): number | undefined {
  const given = options[name]
  if (given === undefined) return undefined
  const seconds = secondsOf(String(given))
  if (seconds !== null) return seconds
  throw new Failure(EXIT.usage, `--${name} is a time in seconds, or like 30s, 5m and 2h30m, not '${String(given)}'`)
}
