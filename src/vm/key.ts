import { link, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { vmFolder } from './paths.ts'
import { must } from './run.ts'

export interface SshKey {
  /** Path of the private key. */
  readonly identity: string
  /** The line for authorized_keys. */
  readonly publicKey: string
}

/** The ed25519 key that opens every machine started from this checkout; made at first use. */
export async function sshKey(folder: string = vmFolder): Promise<SshKey> {
  const identity = join(folder, 'id_ed25519')
  await mkdir(folder, { recursive: true })
  const publicKey = await publicPart(identity).catch(async () => {
    // Two machines may start at once: each makes a key, link(2) lets one of them have the name.
    const own = `${identity}.${process.pid}`
    await rm(own, { force: true })
    await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'rosd-vm', '-f', own])
    await link(own, identity).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await Promise.all([rm(own), rm(`${own}.pub`)])
    return publicPart(identity)
  })
  return { identity, publicKey }
}

async function publicPart(identity: string): Promise<string> {
  return (await must(['ssh-keygen', '-y', '-P', '', '-f', identity])).trim()
}
