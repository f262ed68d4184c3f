// What a mount is made on: directories, or a file where a file is bound.
import type { Spec } from '../../core/resource.ts'
import type { Host } from '../../host/ports.ts'

/** The target and the directories above it that are not there, the deepest first. */
export async function missing(host: Host, target: string): Promise<readonly string[]> {
  const absent: string[] = []
  for (let path = target; path !== '' && (await host.files.stat(path)) === null; ) {
    absent.push(path)
    path = path.slice(0, path.lastIndexOf('/'))
  }
  return absent
}

/** Takes away what was made to mount on; what somebody put something into stays, and all above it. */
export async function clear(host: Host, [deepest, ...above]: readonly string[]): Promise<void> {
  if (deepest === undefined) return
  const file = (await host.files.stat(deepest))?.kind === 'file'
  if (file && (await host.files.read(deepest)) !== '') return
  if (file) await host.files.remove(deepest)
  for (const directory of file ? above : [deepest, ...above]) if (!(await host.files.removeDirectory(directory))) return
}

/** The directory to mount on, or the file when a file is bound. */
export async function makePlace(host: Host, spec: Spec<'mount'>, source: string, target: string): Promise<void> {
  if ((await host.files.stat(target)) !== null) return
  const file = spec.type === 'bind' && (await host.files.stat(source))?.kind === 'file'
  if (file) await host.files.writeAtomic(target, '')
  else await host.files.makeDirectory(target)
}
