import type { Context } from './command.ts'
import { EXIT, Failure } from './failure.ts'

/** An option's value as a number from 0; undefined when it is not given. */
export function numberOption({ options }: Pick<Context, 'options'>, name: string, whole = false): number | undefined {
  const given = options[name]
  if (given === undefined) return undefined
  const number = Number(given)
  const fits =
    given !== true &&
    given.trim() !== '' &&
    Number.isFinite(number) &&
    number >= 0 &&
    (!whole || Number.isInteger(number))
  if (!fits) throw new Failure(EXIT.usage, `--${name} is a ${whole ? 'whole ' : ''}number from 0, not '${given}'`)
  return number
}

/** Seconds of --confirm; 0 for --no-confirm; undefined: as the document says. */
export function confirmOption(context: Pick<Context, 'options'>): number | undefined {
  const seconds = numberOption(context, 'confirm', true)
  if (context.options['no-confirm'] !== true) return seconds
  if (seconds === undefined || seconds === 0) return 0
  throw new Failure(EXIT.usage, '--confirm and --no-confirm say opposite things: give one of them')
}
