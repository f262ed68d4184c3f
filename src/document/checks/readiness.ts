import { AFTER, BEFORE, namesIn, STATES } from '../../compose/order.ts'
import type { CloudConfig, Service } from '../types.gen.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Named } from './services.ts'

/** What services ask of those before them: states that are none, and states that are never reached. */
export function* readiness(data: CloudConfig, services: readonly Named[]): Iterable<Finding> {
  for (const { name, service, path } of services) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const of = serviceOf(data, other)
      if (condition === undefined || of === undefined) continue
      for (const found of never(condition, other, of))
        yield { ...found, path: [...path, 'depends_on', other, 'condition'] }
    }
    for (const label of [AFTER, BEFORE]) {
      const place = [...path, 'labels', label]
      for (const { name: other, until } of namesIn(service, label)) {
        if (until === null) continue
        if (!STATES.some((one) => one === until.said)) {
          const states = STATES.map((one) => `[${one}]`).join(', ')
          yield wrong(
            'ROS_DOC_NOTATION',
            place,
            `${quoted(`[${until.said}]`)} is no state`,
            states,
            'name one of these'
          )
          continue
        }
        const [first, of] = label === AFTER ? [other, serviceOf(data, other)] : [name, service]
        for (const found of of === undefined ? [] : never(until.state, first, of)) yield { ...found, path: place }
      }
    }
  }
}

function serviceOf(data: CloudConfig, name: string): Service | undefined {
  const services = data.rancher?.services ?? {}
  return Object.hasOwn(services, name) ? services[name] : undefined
}

function* never(state: string, name: string, service: Service): Iterable<Finding> {
  const [, bare = state] = /^service_(started|healthy|completed)/.exec(state) ?? []
  if (bare === 'healthy' && service.healthcheck?.disable === true)
    yield wrong(
      'ROS_DOC_CONFLICT',
      [],
      `${quoted(name)} never gets healthy: its health check is turned off`,
      'a service with a health check',
      `take \`disable\` out of the \`healthcheck\` of ${name}, or wait for its start`
    )
  const policy = service.restart ?? ''
  if (bare === 'completed' && ['always', 'unless-stopped'].includes(policy))
    yield doubtful(
      'ROS_DOC_CONFLICT',
      [],
      `${quoted(name)} never stays at its end: it is started again (\`restart: ${policy}\`)`,
      'a service that ends',
      `say \`restart: "no"\` in ${name}`
    )
}
