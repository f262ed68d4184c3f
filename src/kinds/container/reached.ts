// Whether a container is as far as another asks of it (depends_on conditions, states behind the names of `after`). Pure.
import type { ContainerSeen, ContainerSpec } from '../../core/container.ts'
import type { Gate } from '../../core/resource.ts'

/** A string says why not. */
export function reached(
  spec: ContainerSpec,
  seen: ContainerSeen | null,
  until: Exclude<Gate['until'], 'ready'>
): true | string {
  if (seen === null) return 'it is not there'
  const runs = seen.state === 'running'
  switch (until) {
    case 'started':
      return runs || seen.ranThisBoot || spec.run === 'volumes' ? true : 'it has not been started yet'
    case 'healthy':
      if (!runs) return `it is ${seen.state}`
      if (seen.health === 'none') return 'it has no health check'
      if (seen.health === 'unhealthy') return 'its health check fails'
      return seen.health === 'healthy' ? true : 'its health check has not passed yet'
    case 'completed':
      if (seen.state !== 'exited' || !seen.ranThisBoot) return 'it has not run to its end yet'
      return seen.exitCode === 0 ? true : `it ended with exit code ${seen.exitCode}`
  }
}
