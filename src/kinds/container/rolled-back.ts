// Definitions that were tried and were no good: the container before is in force again, until the document says something else.
// They are kept across boots, since each try may take the service away until its health check has failed.
import type { ContainerSpec } from '../../core/container.ts'
import { type Key, nameOf } from '../../core/resource.ts'
import type { Host } from '../../host/ports.ts'

const FOLDER = '/var/lib/rancher/state/rolled-back'

export interface RolledBack {
  /** Of the definition that was no good. */
  readonly hash: string
  /** A sentence without its end. */
  readonly why: string
}

/** By the key of the service. */
export async function rolledBack({ files }: Pick<Host, 'files'>): Promise<ReadonlyMap<Key, RolledBack>> {
  // A note that can not be read is none: the definition is tried again.
  const names = await files.list(FOLDER).catch(() => [])
  const found = await Promise.all(
    names.map(async (name) => {
      const note = parse(await files.read(`${FOLDER}/${name}`).catch(() => null))
      // `system-web`: scopes have no dash.
      return note === null ? [] : [[`container/${name.replace('-', '/')}` as Key, note] as const]
    })
  )
  return new Map(found.flat())
}

/** To be noted before anything is undone: an agent that ends in between goes on where this one was. */
export async function noteRolledBack({ files }: Host, spec: ContainerSpec, why: string): Promise<void> {
  await files.writeAtomic(pathOf(spec.scope, spec.name), JSON.stringify({ hash: spec.hash, why }), { mode: 0o600 })
}

/** A new one was found good, or nothing of the service is wanted. */
export async function forgetRolledBack({ files }: Host, key: Key<'container'>): Promise<void> {
  const [scope = '', ...name] = nameOf(key).split('/')
  await files.remove(pathOf(scope, name.join('/')))
}

/** Everything may be tried again. */
export async function forgiveRolledBack({ files }: Host): Promise<void> {
  for (const name of await files.list(FOLDER)) await files.remove(`${FOLDER}/${name}`)
}

function pathOf(scope: string, name: string): string {
  return `${FOLDER}/${scope}-${name}`
}

function parse(text: string | null): RolledBack | null {
  try {
    const { hash, why }: Partial<RolledBack> = JSON.parse(text ?? '{}')
    return hash === undefined || why === undefined ? null : { hash, why }
  } catch {
    return null
  }
}
