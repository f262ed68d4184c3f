import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
/** What outlives a machine: ssh key, state disk of `npm start`, console logs. */
export const vmFolder = join(top, '.vm')

const logsKept = 40

/** A folder for one machine's sockets and config-drive: short, because a socket's path is limited to 108 bytes. */
export function makeRunFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rosd-vm-'))
}

/** Path of a new console log in .vm/log; the oldest are removed so that there are never many. */
export async function newLogFile(): Promise<string> {
  const folder = join(vmFolder, 'log')
  await mkdir(folder, { recursive: true })
  const old = (await readdir(folder)).sort().slice(0, -logsKept)
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })))
  const time = new Date()
    .toISOString()
    .replace(/[-:]|\..*/g, '')
    .replace('T', '-')
  return join(folder, `${time}-${process.pid}-${++logs}.log`)
}

let logs = 0
