// Engines beside User Docker as people command them: made, listed, taken away. One is a service of the document, which the loop keeps
// running; here the document is written, and what an engine leaves on the disk is removed with it (decision 0033).
import type { ConfigFiles } from '../api/config-files.ts'
import type { Edit } from '../api/edits.ts'
import { Refusal } from '../api/refusal.ts'
import { keyOf } from '../compose/project.ts'
import { labelsOf, volumesFrom } from '../compose/service.ts'
import type { Author } from '../core/author.ts'
import {
  type CreatedEngine,
  createdEngine,
  DATA_ROOT,
  dataOf,
  definitionOf,
  engineFault,
  freeNetwork,
  nameFault,
  overlapping,
  SCRIPT,
  second,
  serviceOf,
  socketOf,
  wrapperOf
} from '../core/created-engine.ts'
import type { Key } from '../core/resource.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'
import { documentOutcome } from './document-outcome.ts'
import type { Engines } from './engines.ts'
import type { Events } from './events.ts'
import { documentAfter } from './stage.ts'
import type { Stopped } from './stopped.ts'
import type { Store } from './store.ts'

/** An engine beside User Docker. */
export interface Beside extends CreatedEngine {
  readonly service: string
  readonly socket: string
  /** RancherOS's words: `enabled` runs. */
  readonly state: 'enabled' | 'disabled'
  /** As the daemon says; empty while it does not answer. */
  readonly version: string
}

/** What is asked for; what is not said is chosen here. */
export interface Asked {
  /** Of `ros engine list`; absent: the image's own. */
  readonly engine?: string
  /** address/length */
  readonly network?: string
  readonly address?: string
}

export interface CreatedEngines {
  list(): Promise<readonly Beside[]>
  /** Resolves when it answers. Rejects, with the document as before, when it does not within `seconds`. */
  create(name: string, asked: Asked, by: Author, seconds: number): Promise<Beside>
  /** Ends it, its containers having `seconds`, and removes all it has: containers, images and volumes. */
  remove(name: string, by: Author, seconds: number): Promise<void>
}

export interface CreatedEnginesParts {
  readonly host: Pick<Host, 'docker' | 'files' | 'network' | 'runner'>
  readonly store: Pick<Store, 'value' | 'changes'>
  readonly config: Pick<ConfigFiles, 'change' | 'user' | 'accept'>
  readonly stopped: Pick<Stopped, 'add' | 'remove'>
  readonly engines: Pick<Engines, 'offered'>
  readonly events: Pick<Events, 'add'>
  /** Version of the engine at a socket; null: it does not answer. */
  readonly ask: (socket: string) => Promise<string | null>
  readonly needs: (key: Key) => readonly Key[]
  /** The document in force. */
  readonly data: () => CloudConfig
}

/** Where people's shells look for programs. */
const PROGRAMS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/opt/bin'] as const
/** Milliseconds. */
const STEP = 500
const GONE_LIMIT = 120_000

export function createCreatedEngines(parts: CreatedEnginesParts): CreatedEngines {
  const { host, store, config, stopped, engines, events, ask, needs, data } = parts

  const declared = (): readonly (CreatedEngine & { readonly service: string })[] =>
    Object.entries(data().rancher?.services ?? {}).flatMap(([service, definition]) => {
      const found = createdEngine(labelsOf(definition))
      return found === null || typeof found === 'string' ? [] : [{ ...found, service }]
    })

  const look = async (one: CreatedEngine & { readonly service: string }): Promise<Beside> => {
    const [container, version] = await Promise.all([host.docker.system.container(one.service), ask(socketOf(one.name))])
    const state = container?.state === 'running' ? 'enabled' : 'disabled'
    return { ...one, socket: socketOf(one.name), state, version: version ?? '' }
  }

  const taken = async (): Promise<readonly string[]> => {
    const { addresses, routes } = await host.network.look()
    return [
      ...addresses.map(({ cidr }) => cidr),
      ...routes.map(({ to }) => to),
      ...declared().map(({ network }) => network)
    ]
  }

  /** Its network and address, chosen where nobody says them. */
  const placed = async (name: string, { network, address }: Asked): Promise<CreatedEngine> => {
    const used = await taken()
    const net = network ?? freeNetwork(used)
    if (net === null)
      throw new Refusal('ROS_API_BAD_REQUEST', 'no network of 172.30.0.0/16 is free; say which it gets with --network')
    const engine = { name, network: net, address: address ?? second(net) }
    const fault = engineFault(engine)
    if (fault !== null) throw new Refusal('ROS_API_BAD_REQUEST', fault)
    const other = overlapping(net, used)
    if (other !== null)
      throw new Refusal(
        'ROS_API_BAD_REQUEST',
        `the network ${net} is in use on this machine: ${other}; give the engine another one`
      )
    return engine
  }

  const refuseName = async (name: string): Promise<void> => {
    const fault = nameFault(name)
    if (fault !== null) throw new Refusal('ROS_API_BAD_REQUEST', `'${name}' can not be the name of an engine: ${fault}`)
    if (Object.hasOwn(data().rancher?.services ?? {}, serviceOf(name)))
      throw new Refusal('ROS_API_BAD_REQUEST', `there is a service '${serviceOf(name)}' already`)
    // docker-compose, for instance.
    for (const folder of PROGRAMS)
      if ((await host.files.stat(`${folder}/docker-${name}`)) !== null)
        throw new Refusal(
          'ROS_API_BAD_REQUEST',
          `there is a program ${folder}/docker-${name} already; take another name`
        )
  }

  const goBack = async (name: string, text: string, hash: string, by: Author): Promise<void> => {
    if ((await config.user()).hash !== hash) return
    await config.change({ by: 'text', text }, hash, { ...by, how: 'undo', why: `engine ${name} did not come up` })
    await gone(name)
  }

  const isThere = async (name: string, service: string): Promise<boolean> =>
    (await host.docker.system.container(service)) !== null || (await host.files.stat(wrapperOf(name))) !== null

  /** Waits until an engine has neither a container nor a command any more. */
  const gone = async (name: string, service = serviceOf(name)): Promise<void> => {
    const until = performance.now() + GONE_LIMIT
    while (await isThere(name, service)) {
      if (performance.now() > until)
        throw new Refusal('ROS_API_ENGINE_DOWN', `${service} does not go; \`ros describe\` says why`)
      await new Promise((resolve) => setTimeout(resolve, STEP))
    }
  }

  const wrong = async (name: string, hash: string, limit: number): Promise<string | null> => {
    const began = performance.now()
    const key = keyOf('system', serviceOf(name))
    const decisive = () => ({ ready: [key], sound: [key, ...needs(key).filter((need) => need.startsWith('image/'))] })
    const fault = await documentOutcome(store, hash, decisive, limit)
    if (fault !== null) return fault
    while ((await ask(socketOf(name))) === null) {
      const found = await host.docker.system.container(serviceOf(name))
      if (performance.now() - began > limit)
        return `it does not answer within ${limit / 1000} s; \`ros logs ${serviceOf(name)}\` tells more`
      if (found !== null && found.state === 'exited') return `it ended with code ${found.exitCode}`
      await new Promise((resolve) => setTimeout(resolve, STEP))
    }
    return null
  }

  return {
    list: () => Promise.all(declared().map(look)),

    async create(name, asked, by, seconds) {
      await refuseName(name)
      const engine = await placed(name, asked)
      const { image = '', ...others } = await engines.offered(asked.engine ?? 'default')
      const ownUsr = !volumesFrom(others).some((from) => from === 'all-volumes' || from === 'command-volumes')
      const definition = definitionOf(engine, { image, ownUsr })
      const before = await config.user()
      const edit: Edit = { by: 'value', key: `rancher.services.${serviceOf(name)}`, text: JSON.stringify(definition) }
      const { hash, documentHash } = await config.change(edit, null, by)
      const fault = await wrong(name, documentHash, seconds * 1000)
      if (fault !== null) {
        await goBack(name, before.text, hash, by)
        throw new Refusal('ROS_API_ENGINE_DOWN', `${name} did not come up: ${fault}; the document is as before`)
      }
      events.add({
        type: 'Normal',
        reason: 'EngineCreated',
        message: `engine ${name} answers at ${socketOf(name)}`,
        key: keyOf('system', serviceOf(name))
      })
      return look({ ...engine, service: serviceOf(name) })
    },

    async remove(name, by, seconds) {
      const engine = declared().find((one) => one.name === name)
      const left = nameFault(name) === null && (await host.files.list(DATA_ROOT)).includes(name)
      if (engine === undefined && !left)
        throw new Refusal(
          'ROS_API_NO_ENGINE',
          `there is no engine '${name}' beside User Docker; 'ros engine list' names them`
        )
      if (engine !== undefined) {
        const key = keyOf('system', engine.service)
        const edit: Edit = { by: 'unset', key: `rancher.services.${engine.service}` }
        if ((await documentAfter(config, edit)).rancher?.services?.[engine.service] !== undefined)
          throw new Refusal(
            'ROS_API_BAD_REQUEST',
            `another file than the user's document says that there is ${engine.service}`
          )
        await stopped.add(key)
        try {
          const container = await host.docker.system.container(engine.service)
          if (container !== null) await host.docker.system.stop(container.id, seconds)
          await config.change(edit, null, by)
          await gone(name, engine.service)
        } finally {
          await stopped.remove(key)
        }
      }
      // Its script does this itself, unless it was killed.
      if (engine !== undefined) await host.runner.run([SCRIPT, '--gone', name, engine.network])
      await host.runner.run(['rm', '-rf', '--', dataOf(name)])
    }
  }
}
