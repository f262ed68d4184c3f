// What containers were made from. The engine's list does not tell it, so each container is asked once, and again only after an
// event that changes it. Without the event stream nothing is remembered.
import type Dockerode from 'dockerode'
import type { ContainerDefinition } from '../../core/container.ts'
import type { DockerEvent } from '../ports.ts'
import { statusOf } from './docker-status.ts'

export interface Definitions {
  readonly of: (id: string) => Promise<ContainerDefinition | null>
  /** One is another from now on: what we change ourselves need not wait for its event. */
  readonly forget: (id: string) => void
  /** Every event comes here before anybody else hears it. */
  readonly hear: (event: DockerEvent) => void
  /** From now on no events are heard. */
  readonly deaf: () => void
}

type Words = Readonly<Record<string, unknown>>

export function createDefinitions(engine: Pick<Dockerode, 'getContainer' | 'info'>): Definitions {
  const known = new Map<string, ContainerDefinition>()
  let lacking: ReadonlySet<string> | null = null
  let hears = false
  /** Counts what was forgotten: a look that began before has an answer of before. */
  let epoch = 0

  const forgetAll = (nowHears: boolean) => {
    hears = nowHears
    epoch += 1
    known.clear()
    lacking = null
  }

  const forget = (id: string) => {
    epoch += 1
    known.delete(id)
  }

  return {
    forget,
    async of(id) {
      const remembered = known.get(id)
      if (remembered !== undefined) return remembered
      const began = epoch
      try {
        const { Config, HostConfig } = await engine.getContainer(id).inspect()
        lacking ??= lackingOf(await engine.info())
        const without = lacking
        const host = Object.fromEntries(Object.entries(HostConfig).filter(([key]) => !without.has(key)))
        const found = { config: { ...Config } as Words, host } // the API's words
        if (hears && began === epoch) known.set(id, found)
        return found
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    },
    hear({ type, action, id }) {
      if (type === 'connection') forgetAll(action === 'connected')
      else if (type === 'container' && (action === 'update' || action === 'destroy')) forget(id)
    },
    deaf: () => forgetAll(false)
  }
}

/** Flag of the engine's `info` -> the keys of HostConfig it drops where this kernel lacks that. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  MemoryLimit: ['Memory', 'MemorySwap', 'MemoryReservation'],
  SwapLimit: ['MemorySwap'],
  CpuCfsPeriod: ['CpuPeriod', 'NanoCpus'],
  CpuCfsQuota: ['CpuQuota', 'NanoCpus'],
  CPUShares: ['CpuShares'],
  CPUSet: ['CpusetCpus'],
  PidsLimit: ['PidsLimit']
}

function lackingOf(info: Words): ReadonlySet<string> {
  return new Set(Object.entries(NEEDED).flatMap(([flag, keys]) => (info[flag] === false ? keys : [])))
}
