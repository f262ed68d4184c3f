import type { PowerRequest } from '../../api/agent.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'

const SAID = { reboot: 'the machine reboots', poweroff: 'the machine powers off', halt: 'the machine halts' } as const

/** reboot, poweroff, halt and shutdown: one request to the agent. */
export async function run(context: Context): Promise<number> {
  const { client, command, args, options } = context
  const [time = 'now'] = args
  if (time !== 'now' && time !== '+0') throw new Failure(EXIT.usage, `TIME is now or +0, not '${time}'`)
  const action = actionOf(command.words[0] ?? '', options)
  const request: PowerRequest = { action, force: options['force'] === true, delaySeconds: 0 }
  await client.call('/v1/power', { method: 'POST', body: request })
  print(context, request, () => `${SAID[action]}\n`)
  return EXIT.done
}

/** As sysvinit has it: a flag beats the name, and -h is power-off unless -H asks for less. */
function actionOf(word: string, options: Context['options']): PowerRequest['action'] {
  if (options['reboot'] === true) return 'reboot'
  if (options['halt'] === true) return 'halt'
  if (options['poweroff'] === true || options['power-off'] === true) return 'poweroff'
  return word === 'reboot' || word === 'halt' ? word : 'poweroff'
}
