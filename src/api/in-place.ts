// Keys of a service that its engine changes while the container runs.
import { NO_CONTAINER, project } from '../compose/project.ts'
import { resourceChanges } from '../compose/resources.ts'
import type { ContainerSpec } from '../core/container.ts'
import type { Service } from '../document/types.gen.ts'
import { equal, type Fields } from '../document/value.ts'

/** What a machine knows does not matter: both definitions are read without it. */
const NOTHING_KNOWN = { version: '', kernel: '', shipped: {}, stopped: [] }

/**
 * The keys whose change, made alone, asks for no new container: bounds of memory, processors and processes where the engine
 * can move them, and what only the agent reads.
 */
export function inPlace(name: string, from: Fields, to: Fields): ReadonlySet<string> {
  const before = specOf(name, from)
  const changed = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((key) => !equal(from[key], to[key]))
  return new Set(
    changed.filter((key) => {
      const after = specOf(name, { ...from, [key]: to[key] })
      return (
        after.broken === null &&
        after.hash === before.hash &&
        after.run === before.run &&
        resourceChanges(after.resources, before.resources).every(({ live }) => live)
      )
    })
  )
}

function specOf(name: string, fields: Readonly<Record<string, unknown>>): ContainerSpec {
  const service = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Service // of an accepted document
  return project({ rancher: { services: { [name]: service } } }, NOTHING_KNOWN)[0]?.spec ?? NO_CONTAINER
}
