// Labels of containers that somebody else made and rosd keeps from now on: an engine gives a container labels only when it is
// made, so they are kept beside it, by its id.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerInfo, Docker } from '../ports.ts'
import { linuxFiles } from './files.ts'

type Labels = Readonly<Record<string, string>>

/** The engine's label of what is ours; only such containers are listed. */
const OURS = 'io.rancher.os.key'

/** The same engine, whose containers have the labels kept in `folder` beside their own. */
export function withAdopted(docker: Docker, folder: string): Docker {
  const kept = (): ReadonlyMap<string, Labels> => {
    const found = new Map<string, Labels>()
    for (const id of names(folder)) {
      const labels = read(join(folder, id))
      if (labels !== null) found.set(id, labels)
    }
    return found
  }
  return {
    ...docker,
    async containers(all = false) {
      const adopted = kept()
      if (adopted.size === 0) return docker.containers(all)
      const found = (await docker.containers(true)).map((info) => labelled(info, adopted))
      return all ? found : found.filter(({ labels }) => labels[OURS] !== undefined)
    },
    async container(nameOrId) {
      const info = await docker.container(nameOrId)
      return info === null ? null : labelled(info, kept())
    },
    async adopt(id, labels) {
      const there = new Set((await docker.containers(true)).map((info) => info.id))
      for (const old of names(folder)) if (!there.has(old)) rmSync(join(folder, old), { force: true })
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      if (labels === null) rmSync(join(folder, id), { force: true })
      else await linuxFiles.writeAtomic(join(folder, id), JSON.stringify(labels), { mode: 0o600 })
    }
  }
}

function labelled(info: ContainerInfo, adopted: ReadonlyMap<string, Labels>): ContainerInfo {
  const labels = adopted.get(info.id)
  return labels === undefined ? info : { ...info, labels: { ...info.labels, ...labels } }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name))
  } catch {
    return []
  }
}

function read(path: string): Labels | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Labels // written by us
  } catch {
    return null
  }
}
