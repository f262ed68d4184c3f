import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { numberOption } from '../number.ts'
import { print } from '../print.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, args, io, options } = context
  const [name = ''] = args
  if (options['force'] !== true) {
    if (!io.typed) throw new Failure(EXIT.usage, 'whether to go on is asked on a terminal; --force asks nothing')
    const question = `the containers, images and volumes of ${name} will be gone for ever. Go on? [y/N] `
    if ((await io.ask(question)) !== 'y') return EXIT.failed
  }
  const query = { timeout: numberOption(context, 'timeout', true) }
  const path = `/v1/engines/${encodeURIComponent(name)}`
  const engines = await withProgress(context, () => client.call<object>(path, { method: 'DELETE', query }))
  print(context, engines, () => `${name} is gone\n`)
  return EXIT.done
}
