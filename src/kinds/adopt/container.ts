// What adopting means for a container of the document: what its engine lets people change while it runs. Pure.
import { saidBounds } from '../../compose/bounds.ts'
import type { Adoption, AdoptQuestion } from '../../core/adoption.ts'

export function adoptContainer({ want, seen }: AdoptQuestion<'container'>): Adoption | string {
  if (seen === null || want === null) return 'there is no such container'
  const { keys, lost } = saidBounds(seen.resources, want.spec.resources)
  const path = ['rancher', 'services', want.spec.name]
  const settings = Object.entries(keys).map(([key, value]) => ({ path: [...path, key], value }))
  if (settings.length === 0 && lost.length === 0)
    return 'its bounds and its restart policy are as the document says, and nothing else of a container is taken over'
  return { settings, lost }
}
