import type { Event } from '../../agent/events.ts'
import type { StatusView } from '../../api/view.ts'
import type { Condition, Status } from '../../core/condition.ts'
import { age } from '../age.ts'
import { columns } from '../columns.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'
import { resourcePath, splitKey } from '../resource-path.ts'
import { conditionTable } from '../status-text.ts'

export async function run(context: Context): Promise<number> {
  const { io, client, args } = context
  if (args[0] === 'machine') return describeMachine(context)
  const { kind, name } = splitKey(args[0] ?? '')
  if (name === '')
    throw new Failure(EXIT.usage, `'${args[0]}' names no resource; KIND/NAME does, and \`ros get ${kind}\` lists them`)
  const status = await client.call<Status>(resourcePath(kind, name))
  const events = await eventsOf(context, status.key)
  print(context, { ...status, events }, () => describe(status, events, io.now()))
  return EXIT.done
}

async function describeMachine(context: Context): Promise<number> {
  const { client, io } = context
  const status = await client.call<StatusView>('/v1/status')
  const events = await eventsOf(context, null)
  const { phase, generation, observedGeneration, counts, conditions } = status
  print(context, { ...status, events }, () =>
    page(
      [
        ['Phase', phase],
        ['Generation', `${generation}, compared with ${observedGeneration}`],
        ['Resources', `${counts.ready} of ${counts.resources} ready`]
      ],
      conditions,
      [],
      events,
      io.now()
    )
  )
  return EXIT.done
}

async function eventsOf({ client }: Context, key: Event['key']): Promise<readonly Event[]> {
  const events: Event[] = []
  for await (const event of client.stream<Event>('/v1/events')) if (event.key === key) events.push(event)
  return events
}

function describe(status: Status, events: readonly Event[], now: number): string {
  const { key, from, observedGeneration, conditions, seen, lastAction } = status
  const facts: (readonly [string, string])[] = [
    ['Name', key],
    ['From', from],
    ['Generation', String(observedGeneration)]
  ]
  if (lastAction !== undefined)
    facts.push(['Last action', `${lastAction.id}: ${lastAction.why} (${ago(lastAction.at, now)}, ${lastAction.ms} ms)`])
  const looks = `Seen:${seen === null ? '        nothing' : `\n${indent(`${JSON.stringify(seen, null, 2)}\n`)}`}`
  return page(facts, conditions, [looks], events, now)
}

function page(
  facts: readonly (readonly [string, string])[],
  conditions: readonly Condition[],
  more: readonly string[],
  events: readonly Event[],
  now: number
): string {
  const happened = events.map((event) => [ago(event.at, now), event.type, event.reason, event.message])
  return [
    ...facts.map(([name, value]) => `${`${name}:`.padEnd(13)}${value}`),
    'Conditions:',
    indent(conditionTable(conditions, now)),
    ...more,
    `Events:${events.length === 0 ? '      none' : `\n${indent(columns(['AGE', 'TYPE', 'REASON', 'MESSAGE'], happened))}`}`
  ]
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n')
    .replace(/\n?$/, '\n')
}

function ago(at: string, now: number): string {
  return `${age(now - Date.parse(at))} ago`
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
