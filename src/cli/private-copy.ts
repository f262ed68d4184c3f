import { EXIT, Failure, messageOf } from './failure.ts'

/** A copy of a text in a folder of its own, for its owner alone: editors leave other files beside the one they edit. */
export interface PrivateCopy {
  readonly file: string
  read(): Promise<string>
  /** Takes away the copy and whatever lies beside it. */
  remove(): Promise<void>
}

/** Makes one in `folder`, called `name`; mode 0600, its folder 0700. */
export async function privateCopy(folder: string, name: string, text: string): Promise<PrivateCopy> {
  const { mkdtemp, readFile, rm, writeFile } = process.getBuiltinModule('node:fs/promises')
  try {
    const own = await mkdtemp(`${folder}/edit-`)
    const file = `${own}/${name}`
    await writeFile(file, text, { mode: 0o600, flag: 'wx' })
    return { file, read: () => readFile(file, 'utf8'), remove: () => rm(own, { recursive: true, force: true }) }
  } catch (error) {
    throw new Failure(EXIT.failed, `no copy could be made in ${folder}: ${messageOf(error)}`)
  }
}
