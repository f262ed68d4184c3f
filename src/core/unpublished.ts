import { RosError } from './errors.ts'
import { HUB, parseReference } from './image-reference.ts'

/** Where images that we describe are on Docker Hub: nowhere. Whoever has that name there is not us, and many of them rule the machine. */
const OURS = 'rosd/'

/** @throws ROS_IMAGE_MISSING for an image that would be fetched from where nobody of us puts any */
export function refuseUnpublished(ref: string): void {
  const { registry, path } = parseReference(ref)
  if (registry !== HUB || !path.startsWith(OURS)) return
  throw new RosError(
    'ROS_IMAGE_MISSING',
    `image ${ref} is not on this machine, and it is published nowhere: build it (docs/image.md), then preload it, or push it to a registry of yours and name that in rancher.environment.REGISTRY_DOMAIN`,
    'slowly'
  )
}
