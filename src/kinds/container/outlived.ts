// Which of the services that a container starts again with have a newer container than it has heard of (depends_on, restart).
import { keyOf, LABEL } from '../../compose/project.ts'
import type { Key, Scope } from '../../core/resource.ts'
import type { ContainerInfo, Docker } from '../../host/ports.ts'
import type { Instances } from './instances.ts'

/** Read off the engine alone: a restart that an agent did not live to see counts. */
export async function outlivedOf(
  docker: Docker,
  scope: Scope,
  info: ContainerInfo,
  found: ReadonlyMap<Key<'container'>, Instances>
): Promise<{ readonly outlived?: readonly string[] }> {
  const names = (info.labels[LABEL.restarts] ?? '').split(',').filter((name) => name !== '')
  if (names.length === 0 || info.state !== 'running') return {}
  const started = (await docker.life(info.id))?.started ?? null
  const newer = await Promise.all(
    names.map(async (name) => {
      const other = found.get(keyOf(scope, name))?.main ?? null
      const life = other === null ? null : await docker.life(other.id)
      return started !== null && life !== null && life.created > started ? [name] : []
    })
  )
  return newer.flat().length === 0 ? {} : { outlived: newer.flat() }
}
