import type { Context } from './command.ts'
import { EXIT, Failure } from './failure.ts'

/** Whether a person wants what can not be taken back: asked on a terminal, unless `--force` is given. */
export async function sure({ io, options }: Pick<Context, 'io' | 'options'>, question: string): Promise<boolean> {
  if (options['force'] === true) return true
  if (!io.typed) throw new Failure(EXIT.usage, 'whether to go on is asked on a terminal; --force asks nothing')
  return (await io.ask(question)) === 'y'
}
