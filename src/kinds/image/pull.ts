import { pullFailure } from '../../core/pull-failure.ts'
import { pullTally } from '../../core/pull-tally.ts'
import type { Scope } from '../../core/resource.ts'
import { refuseUnpublished } from '../../core/unpublished.ts'
import type { Host } from '../../host/ports.ts'

/** Asks the registry, whether the image is here or not. Rejects with what is wrong and the way out (ROS_IMAGE_…). */
export async function pullImage(
  host: Pick<Host, 'docker' | 'registryAuth' | 'progress'>,
  scope: Scope,
  ref: string,
  signal: AbortSignal
): Promise<void> {
  refuseUnpublished(ref)
  const [auth, tally] = [host.registryAuth(ref), pullTally()]
  try {
    await host.docker[scope].pull(
      ref,
      auth,
      (progress) => host.progress(`image/${scope}/${ref}`, tally(progress)),
      signal
    )
  } catch (cause) {
    signal.throwIfAborted()
    throw pullFailure(ref, auth !== null, cause)
  }
}
