// Planning a document for the machine we stand on, without the agent: read-only, and without root where that gets in.
import { envFilesOf } from '../agent/env-files.ts'
import { askedKeys, look } from '../agent/look.ts'
import { accept } from '../agent/readings.ts'
import { planView, type PlanView } from '../api/view.ts'
import type { Facts } from '../core/kind.ts'
import { plan, type Registry } from '../core/plan.ts'
import type { Key, Kind, Want } from '../core/resource.ts'
import { buildDocument } from '../document/build.ts'
import { showProblems } from '../document/problem.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import { EXIT, Failure } from './failure.ts'
import type { Input } from './input.ts'
import { userLayer } from './layers.ts'
import { VERSION } from './version.ts'

/** The plan for the document alone; what an agent would own or have shipped is not known here. */
export async function localPlan(input: Input): Promise<PlanView> {
  const [{ kinds }, { linuxHost }] = await Promise.all([import('../kinds/index.ts'), import('../host/linux.ts')])
  return planOn(kinds, linuxHost({ registryAuth: () => null, progress: () => undefined, log: () => undefined }), input)
}

/** The same on any host. */
export async function planOn(kinds: Registry, host: Host, input: Input): Promise<PlanView> {
  const built = buildDocument([userLayer(input)])
  if (!built.ok) throw new Failure(EXIT.failed, `${input.name} is not valid\n${showProblems(built.problems)}`)
  const desired = accept(built.document).desired(await factsOf(host, built.document.data))
  const wants = new Map<Key, Want>()
  for (const def of kinds.values()) for (const want of def.want(desired)) wants.set(want.key, want)
  const asked = askedKeys(wants, new Map())
  const used = new Set<Kind>([...asked].map((key) => key.slice(0, key.indexOf('/')) as Kind)) // keys are kind/name
  const view = await look(
    kinds,
    host,
    used,
    asked,
    { seen: new Map(), unknown: new Map() },
    AbortSignal.timeout(30_000)
  )
  const planned = plan(kinds, { wants, seen: view.seen, owned: new Map(), unknown: new Set(view.unknown.keys()) })
  return { ...planView(kinds, planned), unknown: Object.fromEntries(view.unknown) }
}

async function factsOf(host: Host, data: CloudConfig): Promise<Facts> {
  const links = await host.network.look().then(
    (found) => found.links,
    () => []
  )
  const kernel = process.getBuiltinModule('node:os').release()
  const envFiles = await envFilesOf(host.files, data, { version: VERSION, kernel })
  return { links, version: VERSION, kernel, namespaces: false, stopped: [], shipped: {}, envFiles }
}
