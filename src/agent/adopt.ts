// `ros adopt`: what is observed becomes what the document says. The machine is looked at, the document is changed, and what the
// plan would still do about the thing is told; nothing is done to the machine.
import { described } from '../compose/described.ts'
import type { Author } from '../core/author.ts'
import { RAN } from '../core/container-marks.ts'
import type { Adoption, Setting } from '../core/adoption.ts'
import type { Desired, Facts, KindDef } from '../core/kind.ts'
import type { Registry } from '../core/plan.ts'
import { type Key, kindOf, nameOf, type Want } from '../core/resource.ts'
import type { Change } from '../api/changes.ts'
import type { ConfigFiles } from '../api/config-files.ts'
import { carryOut } from '../api/edits.ts'
import { Refusal } from '../api/refusal.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import type { Loop } from './loop.ts'

export interface Adopted {
  readonly key: Key
  /** Of the merged document; empty where it says all this already. */
  readonly changes: readonly Change[]
  /** What is so on the machine and can not be said in the document. */
  readonly lost: readonly string[]
  /** What is still to be done about it with the document so changed; null: nothing. */
  readonly left: string | null
  readonly written: boolean
}

export interface AdoptParts {
  readonly kinds: Registry
  readonly host: Host
  readonly loop: Pick<Loop, 'plan'>
  readonly config: ConfigFiles
  readonly facts: (document: CloudConfig) => Promise<Facts>
}

/** Milliseconds. */
const LOOK_LIMIT = 30_000
const FOREIGN = /^container\/user\/([a-zA-Z0-9][a-zA-Z0-9_.-]*)$/

export type Adopt = (key: Key, dryRun: boolean, by: Author) => Promise<Adopted>

export function createAdopt({ kinds, host, loop, config, facts }: AdoptParts): Adopt {
  return async (key, dryRun, by) => {
    const def = kinds.get(kindOf(key))
    if (def === undefined) throw no(`there is no kind '${kindOf(key)}'; kinds: ${[...kinds.keys()].join(', ')}`)
    if (def.adopt === undefined) throw no(`nothing of kind ${def.kind} can be adopted`)
    const { text, hash } = await config.user()
    const before = await config.accept(text)
    const desired = before.desired(await facts(before.data))
    const found = await find(def, key, desired, host)
    const edit = { by: 'settings', settings: found.settings } as const
    const next = carryOut(text, edit, 'cloud-config.yml')
    const document = await config.accept(next)
    const mark =
      found.foreign === null
        ? null
        : await markOf(def, key, document.desired(await facts(document.data)), found.foreign)
    const { changes } = await config.validate(next)
    if (dryRun) {
      const left = mark === null ? await leftOf(loop, document, key) : null
      return { key, changes, lost: found.lost, left, written: false }
    }
    if (mark !== null) await mark.set(host)
    try {
      await config.change(edit, hash, by)
    } catch (thrown) {
      if (mark !== null) await mark.take(host)
      throw thrown
    }
    return { key, changes, lost: found.lost, left: await leftOf(loop, document, key), written: true }
  }
}

interface Found extends Adoption {
  /** Id of a container that somebody else made. */
  readonly foreign: string | null
}

async function find(def: KindDef, key: Key, desired: Desired, host: Host): Promise<Found> {
  const wants = [...def.want(desired)]
  const want = wants.find((one) => one.key === key) ?? null
  // What a look finds of one key may hang on which others are asked about.
  const asked = new Set([...wants.map((one) => one.key), key])
  const seen = (await def.observe(host, [...asked], AbortSignal.timeout(LOOK_LIMIT))).get(key) ?? null
  if (want === null && seen === null) {
    const other = await foreign(key, host)
    if (other !== null) return other
  }
  const adoption = def.adopt?.({ key, want, seen, desired }) ?? ''
  if (typeof adoption === 'string') throw no(`${key} is not adopted: ${adoption}`)
  return { ...adoption, foreign: null }
}

/** A container of User Docker that the document knows nothing of. */
async function foreign(key: Key, { docker }: Host): Promise<Found | null> {
  const name = FOREIGN.exec(key)?.[1]
  const info = name === undefined ? null : await docker.user.container(name)
  const definition = info === null ? null : await docker.user.definition(info.id)
  if (name === undefined || info === null || definition === null) return null
  if (docker.user.adopt === undefined) throw no('this engine keeps no marks of containers made by others')
  const { service, lost } = described(info.id, definition)
  const settings: readonly Setting[] = [{ path: ['rancher', 'services', name], value: service }]
  return { settings, lost, foreign: info.id }
}

/** The labels it would have, had we made it: by these it is known as ours, and found to be as wanted. */
async function markOf(def: KindDef, key: Key, desired: Desired, id: string) {
  const want = [...def.want(desired)].find((one): one is Want<'container'> => one.key === key)
  if (want === undefined || want.spec.broken !== null)
    throw no(`${nameOf(key)} can not be said as a service: ${want?.spec.broken ?? 'the document does not take it'}`)
  const { labels } = want.spec
  return {
    async set(host: Host) {
      await host.docker.user.adopt?.(id, labels)
      await host.files.writeInPlace(`${RAN}/${id}`, '')
    },
    take: async (host: Host) => host.docker.user.adopt?.(id, null)
  }
}

async function leftOf(
  loop: AdoptParts['loop'],
  document: Parameters<Loop['plan']>[0],
  key: Key
): Promise<string | null> {
  const { actions, waiting } = await loop.plan(document)
  const action = actions.find((one) => one.key === key)
  if (action !== undefined) return `${action.verb}: ${action.why}`
  return waiting.find((one) => one.key === key)?.message ?? null
}

function no(detail: string): Refusal {
  return new Refusal('ROS_API_NOT_ADOPTED', detail)
}
