import type { Switched } from '../../agent/engines.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'
import { sure } from '../sure.ts'
import { withProgress } from '../with-progress.ts'

const QUESTION =
  "the user's containers stop; those with a restart policy start again under the new engine. Go on? [y/N] "

/** engine switch and enable. */
export async function run(context: Context): Promise<number> {
  const { client, command, args } = context
  const [name = ''] = args
  const path = `/v1/engines/${encodeURIComponent(name)}/${command.words[1]}`
  if (command.words[1] === 'enable') {
    const engines = await client.call<object>(path, { method: 'POST' })
    print(context, engines, () => `${name} is User Docker from the next boot on\n`)
    return EXIT.done
  }
  if (!(await sure(context, QUESTION))) return EXIT.failed
  const answer = await withProgress(context, () => client.call<Switched>(path, { method: 'POST' }))
  if (!answer.switched && !context.json) throw new Failure(EXIT.failed, answer.message)
  print(context, answer, ({ message }) => `${message}\n`)
  return answer.switched ? EXIT.done : EXIT.failed
}
