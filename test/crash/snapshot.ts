// What of a machine in memory has to be the same however often the agent was killed on the way: as plain text by name. Numbers
// that are given anew each time (of processes, mounts, containers) are left out, and what stays by design: modules, images, logs,
// places made to mount on, what the boot began with.
import { readBy } from './engine.ts'
import { engineFile, type World } from './world.ts'

export function snapshotOf(world: World): Readonly<Record<string, string>> {
  const lines: [string, unknown][] = []
  for (const [path, { bytes, mode, uid, gid }] of world.files) {
    if (path.endsWith('/owned.json')) {
      const entries = JSON.parse(bytes.toString()) as readonly { readonly key: string }[] // the ledger's
      // What is never taken away, or goes with its link, is never given back.
      for (const entry of entries)
        if (!/^(module|image|command|wireguard)\//.test(entry.key)) lines.push([`owned ${entry.key}`, brought(entry)])
      continue
    }
    const text = textOf(world, path, bytes.toString())
    if (text !== null) lines.push([path, `${mode.toString(8)} ${uid}:${gid} ${text}`])
  }
  for (const { target, type, source, root, options, superOptions } of world.mounts)
    lines.push([`mount ${target}`, { type, source, root, options, superOptions }])
  for (const { device, priority } of world.swaps) lines.push([`swap ${device}`, priority])
  // A link that was brought up stays so.
  for (const { name, mtu, kind, options, master } of world.links)
    lines.push([`link ${name}`, { mtu, kind, options, master }])
  for (const [name, vlans] of Object.entries(world.vlans)) lines.push([`vlans ${name}`, vlans])
  for (const [name, text] of Object.entries(world.tunnels)) lines.push([`tunnel ${name}`, text])
  for (const { dev, cidr, protocol } of world.addresses) lines.push([`address ${dev} ${cidr}`, protocol])
  for (const { to, table, metric, ...route } of world.routes) lines.push([`route ${table} ${to} ${metric}`, route])
  for (const one of world.containers) {
    const { scope, name, image, state, body, files } = one
    const inside = [...files].map(([path, { bytes }]) => [path, bytes.toString()])
    lines.push([`container ${scope} ${name}`, { image, state, body, inside, told: readBy(world, one) === one.heard }])
  }
  if (world.daemon !== null) {
    lines.push(['dockerd', ['cmdline', 'environ'].map((name) => procOf(world, name))])
    lines.push(['dockerd told', engineFile(world) === world.read ? 'yes' : 'no'])
  }
  const sorted = lines.map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const
  )
  return Object.fromEntries(sorted.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A link that was brought up stays so, and is found so by who looks again. */
function brought<T extends { readonly key: string }>(entry: T): unknown {
  return entry.key.startsWith('link/') ? JSON.parse(JSON.stringify(entry).replace('"up":false', '"up":true')) : entry
}

/** null: not compared. */
function textOf(world: World, path: string, text: string): string | null {
  if (/^\/(proc\/(\d+|modules|sys\/net\/bridge)|var\/log|run\/ros\/(boot\.json|commands|modules))/.test(path)) {
    return path.startsWith('/proc/sys') && text !== '1\n' ? text : null
  }
  if (path.endsWith('/.') || (path.startsWith('/mnt/') && text === '')) return null
  if (path.endsWith('.pid')) return world.files.has(`/proc/${text}/cmdline`) ? 'runs' : 'dead'
  if (path.startsWith('/run/ros/ran/')) return null
  if (path.startsWith('/run/ros/mounts/')) {
    const { mount, given } = JSON.parse(text) as { mount: string | null; given: unknown } // the kind's own note
    const known = world.mounts.some(({ id }) => mount?.startsWith(`${id} `) === true)
    return `${mount === null ? 'about to be' : known ? 'there' : 'gone'} ${JSON.stringify(given)}`
  }
  return text
}

function procOf(world: World, name: string): string {
  return world.files.get(`/proc/${world.daemon}/${name}`)?.bytes.toString() ?? ''
}
