// What an engine tells of a container, in a form in which those of two makers can be compared. Left out is what is said of the
// moment and of the maker; names and ids of other containers become the names of services; nothing, however spelled, is null.
import type Dockerode from 'dockerode'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type Fields = ReadonlyMap<string, Json>

const PARTS = ['Config', 'HostConfig', 'Mounts', 'NetworkSettings', 'Path', 'Args', 'Image', 'Driver', 'Platform']
/** The maker's own marks. */
const MARKS = /^(com\.docker\.compose|io\.rancher\.os)\./

/** `Part.Field` -> value. `nameOf`: the service whose container a name or an id is. */
export function fieldsOf(inspect: Dockerode.ContainerInspectInfo, nameOf: ReadonlyMap<string, string>): Fields {
  const found = new Map<string, Json>()
  const all = inspect as unknown as Readonly<Record<string, Json>> // what came as JSON
  for (const part of PARTS) {
    const value = part === 'NetworkSettings' ? { Networks: networks(inspect) } : (all[part] ?? null)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) found.set(part, plain(value, nameOf))
    else for (const [field, one] of Object.entries(value)) found.set(`${part}.${field}`, plain(one, nameOf))
  }
  const { Id, Config } = inspect
  if (Id.startsWith(Config.Hostname)) found.set('Config.Hostname', null)
  // A name of an image is the maker's; which image it is is compared.
  found.delete('Config.Image')
  found.set(
    'Config.Labels',
    plain(Object.fromEntries(Object.entries(Config.Labels).filter(([key]) => !MARKS.test(key))), nameOf)
  )
  return found
}

/** Lists whose order says nothing. */
const SETS = new Set(['Config.Env', 'HostConfig.Links', 'HostConfig.Binds', 'Mounts', 'HostConfig.VolumesFrom'])

/** `field: theirs -> ours` of all that is not the same. */
export function unlike(
  theirs: Fields,
  ours: Fields
): readonly { readonly field: string; readonly theirs: string; readonly ours: string }[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])].toSorted().flatMap((field) => {
    const [a, b] = [theirs, ours].map((side) => text(field, side.get(field) ?? null))
    return a === undefined || b === undefined || a === b ? [] : [{ field, theirs: a, ours: b }]
  })
}

function text(field: string, value: Json): string {
  if (!SETS.has(field) || !Array.isArray(value)) return JSON.stringify(value)
  return JSON.stringify(
    value
      .map((one: Json) => JSON.stringify(one))
      .toSorted()
      .map((one: string) => JSON.parse(one))
  )
}

/** As they were asked for; what the engine fills in when it starts one is left out. */
function networks({ NetworkSettings }: Dockerode.ContainerInspectInfo): Json {
  return Object.fromEntries(
    Object.entries(NetworkSettings.Networks).map(([name, { Aliases, IPAMConfig, Links }]) => [
      name,
      // The engine adds the beginning of the id.
      {
        Aliases: (Aliases ?? []).filter((alias: string) => !/^[0-9a-f]{12}$/.test(alias)).toSorted(),
        IPAMConfig,
        Links
      } as unknown as Json
    ])
  )
}

/** Of a mount that may be written to and says no more: nobody has to say it, and the engine has words of its own for it. */
const PLAIN_MODES = new Set<Json>(['rw', 'z', ''])

/** `:rw` is what nobody has to say; a volume without a name has one of chance. */
function plain(value: Json, nameOf: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') {
    const known = value
      .split(/([:/])/)
      .map((word) => nameOf.get(word) ?? word)
      .join('')
    return known === '' ? null : known.replace(/:rw$/, '').replaceAll(/\b[0-9a-f]{64}\b(?!:)/g, 'ID')
  }
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((one: Json) => plain(one, nameOf))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    ([key, one]) => [key, key === 'Mode' && PLAIN_MODES.has(one) ? null : plain(one, nameOf)] as const
  )
  return entries.length === 0 ? null : Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
