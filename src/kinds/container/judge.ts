// What is done about a container: the least that brings it to what is wanted, and why. Pure.
import { differences } from '../../compose/difference.ts'
import { endpointsOf } from '../../compose/networks.ts'
import { resourceChanges, resourceText } from '../../compose/resources.ts'
import type { Judgement } from '../../core/kind.ts'
import type { ContainerSeen, ContainerSpec } from '../../core/container.ts'

/** `spec` null: it is no longer wanted; `seen` null: it is not there. */
export function judge(spec: ContainerSpec | null, seen: ContainerSeen | null): Judgement | null {
  if (spec === null) return seen === null ? null : { verb: 'delete', why: 'no longer wanted' }
  if (spec.down === true) return seen === null ? null : { verb: 'update', why: 'take it away, as commanded' }
  if (seen === null) return { verb: 'create', why: spec.broken ?? spec.missing ?? 'not there' }
  const left = leftOver(spec, seen)
  // First one container of the name: whatever is to be done is done to that.
  if (left.length > 0) return { verb: 'update', why: `a replacement was interrupted; it left ${left.join(', ')}` }
  if (spec.broken !== null) return { verb: 'replace', why: spec.broken }
  if (isStale(spec, seen)) return { verb: 'replace', why: changed(spec, seen) }
  if (isAnewEachBoot(spec, seen))
    return { verb: 'replace', why: `it is made anew at each boot, as its label ${REBUILD} says` }
  if (seen.state === 'removing') return null
  const changes = isRolledBack(spec, seen) ? [] : resourceChanges(spec.resources, seen.resources)
  if (changes.some(({ live }) => !live))
    return { verb: 'replace', why: `${resourceText(changes)}; it can not be changed in place` }
  const apart = unattached(spec, seen)
  const whys = [
    ...(changes.length === 0 ? [] : [resourceText(changes)]),
    ...(apart.length === 0 ? [] : [`attach it to ${apart.join(', ')}`]),
    ...stateDue(spec, seen)
  ]
  if (whys.length === 0) return null
  return {
    verb: 'update',
    why: whys.join('; '),
    ...(changes.length === 0 && apart.length === 0 && isDue(spec, seen) ? { timely: true } : {})
  }
}

/** Whether another definition is to take the place of the one there is. */
function isStale(spec: ContainerSpec, seen: ContainerSeen): boolean {
  return spec.missing === null && seen.hash !== spec.hash && !isRolledBack(spec, seen) && !isKept(spec, seen)
}

/** RancherOS's label: `always`, `false`, or nothing. */
const REBUILD = 'io.docker.compose.rebuild'

/** It is not as the document says, and both say that it is to be left so. */
export function isKept(spec: ContainerSpec, seen: ContainerSeen): boolean {
  return seen.hash !== spec.hash && spec.labels[REBUILD] === 'false' && seen.labels[REBUILD] === 'false'
}

function isAnewEachBoot(spec: ContainerSpec, { state, ranThisBoot }: ContainerSeen): boolean {
  return spec.labels[REBUILD] === 'always' && runs(spec) && state === 'exited' && !ranThisBoot
}

/** What the document says was tried and was no good. */
export function isRolledBack(spec: ContainerSpec, { hash, rolledBack }: ContainerSeen): boolean {
  return rolledBack?.hash === spec.hash && hash !== spec.hash
}

/** Names of containers of the service that are not as they are called when nothing is under way. */
export function leftOver(spec: ContainerSpec, seen: ContainerSeen): readonly string[] {
  const names = seen.leftovers.map(({ name }) => name)
  return seen.name === spec.name ? names : [seen.name, ...names]
}

function changed(spec: ContainerSpec, seen: ContainerSeen): string {
  const fields = differences(spec.create, seen.definition()).map(({ field }) => field)
  const bounds = resourceText(resourceChanges(spec.resources, seen.resources))
  const image = seen.image === spec.image ? [] : [`image ${seen.image} -> ${spec.image}`]
  const rest = fields.length === 0 ? [] : [`its definition changed: ${fields.join(', ')}`]
  const all = [...image, ...rest, ...(bounds === '' ? [] : [bounds])]
  return all.length === 0 ? 'its definition changed' : all.join('; ')
}

/** Networks it is not attached to and should be. */
export function unattached(spec: ContainerSpec, { hash, networks }: ContainerSeen): readonly string[] {
  // Another definition may share the network of a container or the machine, and is attached to none.
  return networks === undefined || hash !== spec.hash
    ? []
    : Object.keys(endpointsOf(spec.create)).filter((network) => !networks.includes(network))
}

/** What has to be done about whether it runs. */
export function stateDue(spec: ContainerSpec, seen: ContainerSeen): readonly string[] {
  const on = seen.state === 'running' || seen.state === 'restarting'
  if (spec.run === 'volumes') return []
  if (spec.run === 'once')
    return on || (seen.state === 'exited' && seen.ranThisBoot)
      ? []
      : ['start it: it has not run since the machine started']
  if (!spec.up) return on ? ['stop it, as commanded'] : []
  if (spec.run === 'scheduled') return isDue(spec, seen) ? [`run it: it is due since ${seen.times?.due}`] : []
  if (on) return outlived(spec, seen).map((name) => `start it again: ${name} was made anew`)
  if (seen.state === 'paused') return ['resume it: it is paused']
  // Marked as started before the engine was asked, and never started.
  if (seen.state === 'created' || !seen.ranThisBoot) return ['start it: it has not run since the machine started']
  const ended = `it is ${seen.state}${seen.state === 'exited' ? ` with code ${seen.exitCode}` : ''}`
  const again = spec.again === 'always' || (spec.again === 'on-failure' && seen.exitCode !== 0)
  return again ? [`start it: ${ended}`] : []
}

/** Services whose new containers it has not been started for yet. */
export function outlived(spec: ContainerSpec, { outlived: names = [] }: ContainerSeen): readonly string[] {
  return spec.run === 'service' && spec.up ? names : []
}

/** Whether the new one can start while the old one runs. */
export function switches(spec: ContainerSpec, seen: ContainerSeen): boolean {
  return spec.alone === null && seen.alone === null && runs(spec) && spec.run === 'service' && seen.state === 'running'
}

/** Whether it is to be started as soon as it is there. */
export function runs(spec: ContainerSpec): boolean {
  return spec.run !== 'volumes' && spec.run !== 'scheduled' && spec.up
}

function isDue(spec: ContainerSpec, { times }: ContainerSeen): boolean {
  return spec.run === 'scheduled' && spec.up && times !== null && times.due !== null
}
