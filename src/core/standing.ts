// What the engines of a boot stand on. Pure.
import type { CloudConfig, Engine } from '../document/types.gen.ts'

/**
 * Options that an engine can not change under containers which run on while it starts anew (live-restore). With another place
 * for them it would not find any, and would make each a second time; another network of theirs it does not take up ("there are
 * running containers, updated network configuration will not take affect"). With other users for them it has images and containers
 * of their own. So they are the boot's (`x-applies: reboot`).
 */
export const STANDING = [
  'bip',
  'bridge',
  'containerd',
  'data_root',
  'exec_root',
  'graph',
  'pid_file',
  'storage_driver',
  'userns_enabled'
] as const

type Ground = Pick<Engine, (typeof STANDING)[number]>

/** Of System Docker and of User Docker; a key that is not there is not set. */
export interface Standing {
  readonly system_docker: Ground
  readonly docker: Ground
}

/** What the engines of a boot that begins with `data` stand on. */
export function standingOf({ rancher }: CloudConfig): Standing {
  const of = (config: Engine = {}): Ground =>
    Object.fromEntries(STANDING.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])))
  return { system_docker: of(rancher?.system_docker), docker: of(rancher?.docker) }
}

/** The document as the engines of this boot have to take it. */
export function standOn(data: CloudConfig, standing: Standing | undefined): CloudConfig {
  if (standing === undefined) return data
  const on = (config: Engine = {}, ground: Ground): Engine => {
    const free = Object.entries(config).filter(([key]) => !(STANDING as readonly string[]).includes(key))
    return { ...Object.fromEntries(free), ...ground }
  }
  const { rancher } = data
  return {
    ...data,
    rancher: {
      ...rancher,
      system_docker: on(rancher?.system_docker, standing.system_docker),
      docker: on(rancher?.docker, standing.docker)
    }
  }
}
