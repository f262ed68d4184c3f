// Archives put where engines load them from: written beside their place under a name nobody looks at, checked, then moved there.
import { createReadStream, createWriteStream } from 'node:fs'
import { access, chmod, mkdir, open, rename, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HEAD, packingOf, readArchive, unpacked } from '../core/image-archive.ts'
import { ARCHIVE_NAME } from '../core/preload.ts'
import { EXIT, Failure, messageOf } from './failure.ts'

export interface Placed {
  readonly file: string
  /** What is in it; null: packed in a way that only engines unpack. */
  readonly images: readonly string[] | null
}

/** Copies an archive into a folder. Rejects with a Failure where it is none, or is damaged. */
export async function placeFile(path: string, folder: string): Promise<Placed> {
  const name = basename(path)
  if (!ARCHIVE_NAME.test(name))
    throw new Failure(
      EXIT.failed,
      `${path}: engines find archives by their names; name it NAME.tar (.tar.gz, .tgz, .tar.xz, .tar.zst)`
    )
  return place(() => createReadStream(path), name, folder, path)
}

/** Has an engine write an image as an archive into a folder. Rejects with a Failure where it does not have it. */
export async function placeImage(image: string, folder: string, socketPath: string): Promise<Placed> {
  if (image.includes('@'))
    throw new Failure(EXIT.failed, `${image}: an archive keeps no digests of registries; name the image by a tag`)
  const answer = await ask(socketPath, `/images/${image}/get`)
  if (answer.status !== 200) {
    for await (const _ of answer.body) continue
    throw new Failure(
      EXIT.failed,
      answer.status === 404
        ? `${image}: no such file, and the engine has no such image; pull it first, or name the file of an archive`
        : `${image}: the engine does not give it (status ${answer.status})`
    )
  }
  return place(() => answer.body, `${image.replaceAll(/[^A-Za-z0-9._-]+/g, '_')}.tar`, folder, image)
}

async function place(source: () => Readable, name: string, folder: string, what: string): Promise<Placed> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, name)
  const draft = join(folder, `.${name}.part`)
  try {
    await pipeline(source(), createWriteStream(draft))
    const images = await contents(draft)
    await chmod(draft, 0o644)
    await rename(draft, file)
    return { file, images }
  } catch (cause) {
    await rm(draft, { force: true })
    throw new Failure(EXIT.failed, `${what}: ${messageOf(cause)}`)
  }
}

async function contents(path: string): Promise<readonly string[] | null> {
  const file = await open(path)
  const head = Buffer.alloc(HEAD)
  const { bytesRead } = await file.read(head, 0, HEAD, 0)
  await file.close()
  const packing = packingOf(head.subarray(0, bytesRead))
  if (packing === null) throw new Error('it is no archive of images; `docker save` writes one')
  if (packing === 'xz' || packing === 'bzip2') return null
  return [...(await readArchive(unpacked(createReadStream(path), packing))).keys()]
}

function ask(socketPath: string, path: string): Promise<{ readonly status: number; readonly body: Readable }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path, headers: { host: 'localhost' } }, (answer) =>
      resolve({ status: answer.statusCode ?? 0, body: answer })
    )
    call.on('error', (error) => reject(new Failure(EXIT.failed, `the engine does not answer: ${error.message}`)))
    call.end()
  })
}

/** Whether there is such a file, or nothing but a file can be meant. */
export async function meansFile(word: string): Promise<boolean> {
  if (/^\.{0,2}\//.test(word) || ARCHIVE_NAME.test(word)) return true
  return access(word).then(
    () => true,
    () => false
  )
}
