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
