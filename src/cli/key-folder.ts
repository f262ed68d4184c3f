import { EXIT, Failure, messageOf } from './failure.ts'

/**
 * Writes keys and certificates into a folder, mode 0400 each, the folder 0700 where it has to be made. All belong to whom the folder
 * it lies in belongs to: `sudo` makes keys for the person whose home it is.
 */
export async function writeKeys(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const { chown, lstat, mkdir, rename, writeFile } = process.getBuiltinModule('node:fs/promises')
  const { posix } = process.getBuiltinModule('node:path')
  const path = posix.resolve(folder)
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 })
    const { uid, gid } = await lstat(made === undefined ? path : posix.dirname(made))
    if (made !== undefined) await chown(path, uid, gid)
    for (const [name, text] of Object.entries(files)) {
      const draft = `${path}/.${name}.new`
      await writeFile(draft, text, { mode: 0o400 })
      await chown(draft, uid, gid)
      await rename(draft, `${path}/${name}`)
    }
  } catch (error) {
    throw new Failure(EXIT.failed, `keys could not be written to ${path}: ${messageOf(error)}`)
  }
}
