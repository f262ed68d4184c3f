import { interpolate, serviceEnvironment, unset } from '../../compose/interpolate.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig, Service } from '../types.gen.ts'
import type { Finding } from './finding.ts'

export interface Named {
  readonly name: string
  readonly service: Service
  readonly path: Path
}

/** The services of the document as they are written. */
export function servicesOf(data: CloudConfig): readonly Named[] {
  return Object.entries(data.rancher?.services ?? {}).map(([name, service]) => ({
    name,
    service,
    path: ['rancher', 'services', name]
  }))
}

/** The same with their variables filled in; a text that names one set nowhere is left out, for what it means is not known. */
export function filledServices(data: CloudConfig): readonly Named[] {
  const services = servicesOf(data)
  if (!JSON.stringify(data.rancher?.services ?? {}).includes('$')) return services
  const environment = environmentOf(data)
  return services.map((named) => ({
    ...named,
    service: interpolate(withoutUnset(named.service, environment), environment)
  }))
}

/** What variables are filled in from. The versions are the machine's; any do where only the form of a text is looked at. */
export function environmentOf(data: CloudConfig): Readonly<Record<string, string>> {
  return serviceEnvironment(data.rancher?.environment, { version: '1', kernel: '1' })
}

/** Elements of lists stay where they are, as empty texts: their number is part of their path. See `each`. */
function withoutUnset<T>(value: T, environment: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') return (unset(value, environment).length > 0 ? undefined : value) as T // see below
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: unknown) => withoutUnset(item, environment) ?? '') as T // lists are of texts
  const entries = Object.entries(value).map(([key, item]) => [key, withoutUnset(item, environment)] as const)
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as T // the schema asks for no key here
}

/** The elements of a list with their paths, without those that cannot be known. */
export function each(list: readonly string[] | undefined, path: Path): readonly (readonly [Path, string])[] {
  if (list === undefined) return []
  return list.flatMap((text, at) => (text === '' ? [] : [[[...path, at], text] as const]))
}

/** A service may be spread over layers, so only the merged one can be asked for its image. */
export function* images(data: CloudConfig, services: readonly Named[]): Iterable<Finding> {
  const included = data.rancher?.services_include ?? {}
  for (const { name, service, path } of services) {
    if (service.image !== undefined || service.build !== undefined || Object.hasOwn(included, name)) continue
    yield {
      path,
      code: 'ROS_DOC_NO_IMAGE',
      message: 'the service names no image',
      expected: '`image:` with the name of an image',
      fix: `add \`image: …\`, or take the service away with \`${name}: null\``
    }
  }
}
