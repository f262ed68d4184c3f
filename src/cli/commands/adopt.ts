import type { Adopted } from '../../agent/adopt.ts'
import { changeText } from '../change-text.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'
import { splitKey } from '../resource-path.ts'

export async function run(context: Context): Promise<number> {
  const { client, args, options } = context
  const { kind, name } = splitKey(args[0] ?? '')
  if (name === '')
    throw new Failure(EXIT.usage, `'${args[0]}' names no resource; KIND/NAME does, and \`ros get ${kind}\` lists them`)
  const body = { key: `${kind}/${name}`, dryRun: options['dry-run'] === true }
  const adopted = await client.call<Adopted>('/v1/adopt', { method: 'POST', body })
  print(context, adopted, adoptedText)
  return EXIT.done
}

function adoptedText({ key, changes, lost, left, written }: Adopted): string {
  const would = written ? '' : ' (nothing was written)'
  return [
    changes.length === 0
      ? `the document says of ${key} what is there already\n`
      : `${changeText(changes).trimEnd()}${would}\n`,
    ...lost.map((what) => `not said: ${what}\n`),
    ...(left === null ? [] : [`still to be done: ${left}\n`])
  ].join('')
}
