import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { numberOption } from '../number.ts'
import { print } from '../print.ts'
import { sure } from '../sure.ts'
import { withProgress } from '../with-progress.ts'

export async function run(context: Context): Promise<number> {
  const { client, args } = context
  const [name = ''] = args
  const question = `the containers, images and volumes of ${name} will be gone for ever. Go on? [y/N] `
  if (!(await sure(context, question))) return EXIT.failed
  const query = { timeout: numberOption(context, 'timeout', true) }
  const path = `/v1/engines/${encodeURIComponent(name)}`
  const engines = await withProgress(context, () => client.call<object>(path, { method: 'DELETE', query }))
  print(context, engines, () => `${name} is gone\n`)
  return EXIT.done
}
