// Images that have to be on this machine before the document counts on them: what the next boot begins with can not be pulled then.
import type { ConfigFiles } from '../api/config-files.ts'
import { carryOut, type Edit } from '../api/edits.ts'
import { withConsole } from '../compose/console.ts'
import { interpolate, serviceEnvironment } from '../compose/interpolate.ts'
import { pullFailure } from '../core/pull-failure.ts'
import { pullTally } from '../core/pull-tally.ts'
import type { Scope } from '../core/resource.ts'
import { refuseUnpublished } from '../core/unpublished.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'

type Registry = Pick<Host, 'docker' | 'registryAuth' | 'progress'>

/** Asks the registry, whether the image is here or not. Rejects with what is wrong and the way out (ROS_IMAGE_…). */
export async function pullImage(host: Registry, scope: Scope, ref: string, signal: AbortSignal): Promise<void> {
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

/** Resolves when System Docker has an image, or an archive that it is loaded from lies here. */
export async function stageImage(
  host: Registry & Pick<Host, 'archives'>,
  ref: string,
  signal: AbortSignal
): Promise<void> {
  if (ref === '' || (await host.docker.system.image(ref)) !== null) return
  if ((await host.archives.find('system', ref)) === null) await pullImage(host, 'system', ref, signal)
}

/** The image that a service would have if the user's document were changed; '' where it has none. Rejects as the change would. */
export async function imageAfter(
  config: Pick<ConfigFiles, 'user' | 'accept'>,
  edit: Edit,
  service: string,
  machine: { readonly version: string; readonly kernel: string }
): Promise<string> {
  const { rancher } = withConsole(await documentAfter(config, edit))
  return interpolate(rancher?.services?.[service]?.image ?? '', serviceEnvironment(rancher?.environment, machine))
}

/** The merged document as it would be if the user's were changed. Rejects as the change would. */
export async function documentAfter(config: Pick<ConfigFiles, 'user' | 'accept'>, edit: Edit): Promise<CloudConfig> {
  const { text, path } = await config.user()
  return (await config.accept(carryOut(text, edit, path))).data
}
