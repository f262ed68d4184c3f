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

/** The same with their variables filled in, as the engine gets them: one that is set nowhere is nothing. */
export function filledServices(data: CloudConfig): readonly Named[] {
  const services = servicesOf(data)
  if (!JSON.stringify(data.rancher?.services ?? {}).includes('$')) return services
  const environment = environmentOf(data)
  return services.map((named) => ({ ...named, service: interpolate(named.service, environment) }))
}

/** An error that a variable set nowhere has a part in is a warning: another layer may still set it. */
export function* lenient(findings: Iterable<Finding>, data: CloudConfig): Iterable<Finding> {
  const environment = environmentOf(data)
  for (const finding of findings) {
    const text = finding.severity === undefined ? textAt(data, finding.path) : null
    const names = text === null ? [] : [...new Set(unset(text, environment))]
    const [first] = names
    if (first === undefined) yield finding
    else
      yield {
        ...finding,
        severity: 'warning',
        message: `${finding.message}; ${names.map((name) => `\`${name}\``).join(', ')} is set nowhere`,
        fix: `set ${first} in \`rancher.environment\`, or write \`\${${first}:-…}\` with a default`
      }
  }
}

function textAt(data: unknown, path: Path): string | null {
  let here = data
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return null
    here = (here as Readonly<Record<string | number, unknown>>)[key] // an own key, as the line above says
  }
  return typeof here === 'string' ? here : null
}

/** What variables are filled in from. The versions are the machine's; any do where only the form of a text is looked at. */
function environmentOf(data: CloudConfig): Readonly<Record<string, string>> {
  return serviceEnvironment(data.rancher?.environment, { version: '1', kernel: '1' })
}

/** The elements of a list with their paths. */
export function each(list: readonly string[] | undefined, path: Path): readonly (readonly [Path, string])[] {
  if (list === undefined) return []
  return list.map((text, at) => [[...path, at], text])
}

/**
 * Whether a definition is asked for by another name than those of the services here: it may bring any service once it is fetched, and the
 * rest of the document must count until then.
 */
export function awaits({ rancher }: CloudConfig): boolean {
  const services = rancher?.services ?? {}
  return Object.entries(rancher?.services_include ?? {}).some(([name, runs]) => runs && !Object.hasOwn(services, name))
}

/** A service may be spread over layers, so only the merged one can be asked for its image. */
export function* images(data: CloudConfig, services: readonly Named[]): Iterable<Finding> {
  const included = data.rancher?.services_include ?? {}
  const open = awaits(data)
  for (const { name, service, path } of services) {
    if (service.image !== undefined || service.build !== undefined || Object.hasOwn(included, name)) continue
    yield {
      path,
      code: 'ROS_DOC_NO_IMAGE',
      ...(open ? { severity: 'warning' as const } : {}),
      message: 'the service names no image',
      expected: '`image:` with the name of an image',
      fix: `add \`image: …\`, or take the service away with \`${name}: null\``
    }
  }
}
