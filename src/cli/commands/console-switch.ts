import type { Console } from '../../agent/consoles.ts'
import { changeConfig } from '../change-config.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'

const ASKED = `Switching consoles will
1. destroy the current console container
2. log you out; if nobody can log in to the new one, this one comes back
Continue [y/N]: `

/** console switch: it is confirmed by the new console letting people in, not by a person. */
export async function run(context: Context): Promise<number> {
  const { client, io, args, options } = context
  const [name = ''] = args
  const { items } = await client.call<{ readonly items: readonly Console[] }>('/v1/consoles')
  if (items.some((one) => one.name === name && one.state === 'current')) io.err(`${name} is the console already\n`)
  if (options['force'] !== true && (await io.ask(ASKED)) !== 'y')
    throw new Failure(EXIT.failed, 'not switched; nothing was written')
  const query = { name, ...(options['no-pull'] === true ? { pull: false } : {}) }
  return changeConfig(context, { method: 'POST', query }, undefined, '/v1/consoles/switch')
}
