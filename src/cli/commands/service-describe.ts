import type { Offered } from '../../agent/offered.ts'
import type { Service, ServiceDetail } from '../../api/agent.ts'
import type { Value } from '../../document/value.ts'
import type { Context } from '../command.ts'
import { pad } from '../columns.ts'
import { EXIT } from '../failure.ts'
import { print } from '../print.ts'
import { named, runText } from '../services.ts'

export async function run(context: Context): Promise<number> {
  const { client, args } = context
  const [{ items }, catalogue] = await Promise.all([
    client.call<{ readonly items: readonly Service[] }>('/v1/services'),
    client.call<{ readonly items: readonly Offered[] }>('/v1/catalogue')
  ])
  const [{ name } = { name: '' }] = named(items, args)
  const detail = await client.call<ServiceDetail>(`/v1/services/${encodeURIComponent(name)}`)
  const offered = catalogue.items.find((one) => one.section === 'services' && one.name === name) ?? null
  const { toYaml } = await import('../../document/format.ts')
  print(context, { ...detail, offered }, () => {
    // What the API sends are plain values.
    const definition = toYaml(detail.definition as Value)
    return lines(detail, offered).join('') + `definition:\n${definition.replaceAll(/^(?=.)/gm, '  ')}`
  })
  return EXIT.done
}

function lines(detail: ServiceDetail, offered: Offered | null): readonly string[] {
  const { name, scope, image, id, status, state, enabled, run: times, places, needs, conditions } = detail
  const pinned = offered?.pinned ?? null
  const newer = offered?.newer === true ? '; its repository has a newer definition' : ''
  const rows: readonly (readonly [string, string])[] = [
    ['name', name],
    ['scope', scope],
    ['wanted', enabled ? 'up' : 'stopped by command'],
    ['image', image],
    ['container', id === '' ? 'none' : `${id.slice(0, 12)}  ${status || state}${runText(times)}`],
    ...conditions.slice(0, 1).map((one) => ['condition', `${one.type} ${one.status}: ${one.message}`] as const),
    ...needs.map((need, i) => [i === 0 ? 'needs' : '', need] as const),
    ...places.map((place, i) => [i === 0 ? 'from' : '', place] as const),
    ...(pinned === null ? [] : [['pinned', `sha256 ${pinned.slice(0, 12)}${newer}`] as const])
  ]
  return rows.map(([head, text]) => `${pad(head === '' ? '' : `${head}:`, 11)}${text}\n`)
}
