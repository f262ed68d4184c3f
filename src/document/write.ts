import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** The file is not what it was when it was read. */
export class ChangedMeanwhile extends Error {
  readonly code = 'ROS_DOC_CHANGED'
  constructor(file: string) {
    super(`${file} was changed since it was read: read it again and repeat the change`)
    this.name = 'ChangedMeanwhile'
  }
}

/** What `expectedHash` compares: sha256 of a file's bytes; of no bytes where there is no file. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * Replaces a file as a whole or not at all, whatever the power does: temporary file, fsync, rename, fsync of the folder.
 * Mode 0600. What stood there before is kept beside it as `<name>.previous`. With `expectedHash` a file that another
 * hand has changed since is left alone and ChangedMeanwhile is thrown.
 */
export async function writeAtomic(
  file: string,
  text: string,
  { expectedHash }: { readonly expectedHash?: string } = {}
): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const before = await contentOf(file)
  if (expectedHash !== undefined && contentHash(before ?? '') !== expectedHash) throw new ChangedMeanwhile(file)
  if (before !== null && before !== text) await replace(`${file}.previous`, before)
  await replace(file, text)
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function contentOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The temporary name begins with a dot, so that nobody takes it for a layer. */
async function replace(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
