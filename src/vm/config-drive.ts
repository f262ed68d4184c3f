import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './run.ts'

export interface ConfigDrive {
  /** The user's cloud-config, handed over byte for byte. */
  readonly config?: string | undefined
  readonly publicKey: string
}

/**
 * What an OpenStack config-drive holds: openstack/latest/user_data (the user's document) and meta_data.json (our ssh
 * key). The document stays as written, so that a fault in it is reported at its own line.
 * @param folder where the tree is made
 * @returns the path of the tree
 */
export async function writeConfigTree(folder: string, drive: ConfigDrive): Promise<string> {
  const tree = join(folder, 'config-drive')
  const latest = join(tree, 'openstack', 'latest')
  await mkdir(latest, { recursive: true })
  await writeFile(join(latest, 'meta_data.json'), `${JSON.stringify({ public_keys: { vm: drive.publicKey } })}\n`)
  if (drive.config !== undefined) {
    await copyFile(drive.config, join(latest, 'user_data')).catch((cause: unknown) => {
      throw new Error(`cannot read the cloud-config ${drive.config}: ${(cause as Error).message}`, { cause })
    })
  }
  return tree
}

/** The same as an ext4 image labelled config-2, readable by whoever may read `folder`; returns its path. */
export async function makeConfigDrive(folder: string, drive: ConfigDrive): Promise<string> {
  const tree = await writeConfigTree(folder, drive)
  const image = join(folder, 'config-drive.img')
  await rm(image, { force: true })
  // No journal: the drive is read-only and 4 MB.
  await must(['mke2fs', '-q', '-t', 'ext4', '-O', '^has_journal', '-L', 'config-2', '-d', tree, image, '4M'])
  await rm(tree, { recursive: true })
  return image
}
