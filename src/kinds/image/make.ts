// An image that is made on the machine, from a folder of it.
import type { Build } from '../../compose/build.ts'
import { RosError } from '../../core/errors.ts'
import { type Key, nameOf } from '../../core/resource.ts'
import type { Host } from '../../host/ports.ts'

/** Builds it on the engine of its key. */
export async function make(
  host: Host,
  key: Key<'image'>,
  from: Build,
  ref: string,
  signal: AbortSignal
): Promise<void> {
  const engine = host.docker[nameOf(key).startsWith('system/') ? 'system' : 'user']
  try {
    await engine.build(ref, from, {}, ({ status }) => host.progress(key, status), signal)
  } catch (cause) {
    signal.throwIfAborted()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RosError('ROS_IMAGE_BUILD', `image ${ref} could not be built from ${from.dir}: ${why}`, 'soon', cause)
  }
}
