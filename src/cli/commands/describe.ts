import type { Event } from '../../agent/events.ts'
import type { Condition, Status } from '../../core/condition.ts'
import { age } from '../age.ts'
import { columns } from '../columns.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'
import { resourcePath, splitKey } from '../resource-path.ts'

export async function run(context: Context): Promise<number> {
  const { io, client, args } = context
  const { kind, name } = splitKey(args[0] ?? '')
  if (name === '')
    throw new Failure(EXIT.usage, `'${args[0]}' names no resource; KIND/NAME does, and \`ros get ${kind}\` lists them`)
  const status = await client.call<Status>(resourcePath(kind, name))
  const events: Event[] = []
  for await (const event of client.stream<Event>('/v1/events')) if (event.key === status.key) events.push(event)
  print(context, { ...status, events }, () => describe(status, events, io.now()))
  return EXIT.done
}

function describe(
  { key, from, observedGeneration, conditions, seen, lastAction }: Status,
  events: readonly Event[],
  now: number
): string {
  const facts = [
    ['Name', key],
    ['From', from],
    ['Generation', String(observedGeneration)],
    ...(lastAction === undefined
      ? []
      : [['Last action', `${lastAction.id}: ${lastAction.why} (${ago(lastAction.at, now)}, ${lastAction.ms} ms)`]])
  ]
  const happened = events.map((event) => [ago(event.at, now), event.type, event.reason, event.message])
  return [
    ...facts.map(([name, value]) => `${`${name}:`.padEnd(13)}${value}`),
    'Conditions:',
    indent(
      columns(
        ['TYPE', 'STATUS', 'REASON', 'AGE', 'MESSAGE'],
        conditions.map((condition) => row(condition, now))
      )
    ),
    `Seen:${seen === null ? '        nothing' : `\n${indent(`${JSON.stringify(seen, null, 2)}\n`)}`}`,
    `Events:${events.length === 0 ? '      none' : `\n${indent(columns(['AGE', 'TYPE', 'REASON', 'MESSAGE'], happened))}`}`
  ]
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n')
    .replace(/\n?$/, '\n')
}

function row({ type, status, reason, message, lastTransitionTime }: Condition, now: number): readonly string[] {
  return [type, status, reason, age(now - Date.parse(lastTransitionTime)), message]
}

function ago(at: string, now: number): string {
  return `${age(now - Date.parse(at))} ago`
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
