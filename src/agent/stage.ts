// Images that have to be on this machine before the document counts on them: what the next boot begins with can not be pulled then.
import type { ConfigFiles } from '../api/config-files.ts'
import { carryOut, type Edit } from '../api/edits.ts'
import { withConsole } from '../compose/console.ts'
import { interpolate, serviceEnvironment } from '../compose/interpolate.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import { pullImage } from '../kinds/image/pull.ts'

/** Resolves when System Docker has an image, or an archive that it is loaded from lies here. */
export async function stageImage(
  host: Pick<Host, 'docker' | 'registryAuth' | 'progress' | 'archives'>,
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
