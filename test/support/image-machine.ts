// Images on a real engine in a network of its own: what the kind does about a name, without the loop's time and memory.
import type { Test } from 'tap'
import { registryAuth } from '../../src/agent/registry-auth.ts'
import type { RosError } from '../../src/core/errors.ts'
import type { Key } from '../../src/core/resource.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import type { Host } from '../../src/host/ports.ts'
import { image } from '../../src/kinds/image.ts'
import { away } from './away.ts'
import { desiredOf } from './desired.ts'
import { startEngine, type TestEngine } from './dockerd.ts'
import { namespaceHere } from './network-place.ts'

export interface ImageMachine {
  readonly engine: TestEngine
  /** What was told of progress. */
  readonly said: string[]
  hostOf(data: CloudConfig): Host
  /** Pulls a name as the loop would, with what the document has for it; the failure, or null. */
  pull(ref: string, data?: CloudConfig, signal?: AbortSignal): Promise<RosError | null>
  /** Why something is to be done about each of these names; of those that are as wanted, nothing. */
  due(...refs: readonly string[]): Promise<readonly string[]>
}

type Auths = NonNullable<NonNullable<CloudConfig['rancher']>['registry_auths']>

/** A document with one entry of credentials. */
export function auths(name: string, entry: Auths[string]): CloudConfig {
  return { rancher: { registry_auths: { [name]: entry } } }
}

const never = new AbortController().signal

/** The machine has an address of its own, 10.77.0.1, beside the loopback: engines trust whatever is there. */
export async function imageMachine(t: Test): Promise<ImageMachine> {
  const place = await namespaceHere()
  t.teardown(() => place.stop())
  await place.run(['ip', 'link', 'set', 'lo', 'up'])
  await place.run(['ip', 'address', 'add', '10.77.0.1/32', 'dev', 'lo'])
  const engine = await startEngine()
  t.teardown(() => engine.destroy())
  const said: string[] = []
  const hostOf = (data: CloudConfig): Host =>
    ({
      docker: { system: engine.docker, user: away },
      archives: { find: async () => null },
      registryAuth: (ref: string) => registryAuth(ref, data),
      progress: (_key: string, message: string) => said.push(message)
    }) as unknown as Host // all that the kind asks for
  return {
    engine,
    said,
    hostOf,
    async pull(ref, data = {}, signal = never) {
      const key: Key<'image'> = `image/system/${ref}`
      const to = { scope: 'system', ref, id: null } as const
      const none = { why: '', place: '', from: null, owned: null, needs: [], after: [], behind: [] }
      try {
        await image.act(hostOf(data), { id: `create ${key}`, key, verb: 'create', to, ...none }, signal)
        return null
      } catch (thrown) {
        return thrown as RosError // what the kind throws, unless it was called off
      }
    },
    async due(...refs) {
      const labels = { 'io.rancher.os.scope': 'system' }
      const services = Object.fromEntries(refs.map((ref, at) => [`s${at}`, { image: ref, labels }]))
      const wants = [...image.want(desiredOf({ rancher: { services } }))]
      const keys = wants.map(({ key }) => key)
      const seen = await image.observe(hostOf({}), keys, never)
      return wants.flatMap((want) => image.judge(want, seen.get(want.key) ?? null, null) ?? []).map(({ why }) => why)
    }
  }
}
