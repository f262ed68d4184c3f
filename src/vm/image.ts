import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildImage, type ImageOptions } from '../image/build.ts'
import { type ImagePaths, usualPlaces } from '../image/paths.ts'
import { progressTo } from '../image/progress.ts'
import type { MachineOptions } from './options.ts'

export type ImageChoice = Pick<MachineOptions, 'image' | 'kernel' | 'fast' | 'report'>

/** The folder with vmlinuz, initrd and rootfs.squashfs: the one asked for, or dist/image, brought up to date. */
export async function imageFolder(choice: ImageChoice): Promise<string> {
  if (choice.image === undefined) return resolve((await upToDate(choice)).vmlinuz, '..')
  return holding(choice.image, ['vmlinuz', 'initrd', 'rootfs.squashfs'])
}

/** The image's root tree, unpacked: the one asked for, or the one dist/image was made from. */
export async function rootFolder(choice: ImageChoice): Promise<string> {
  if (choice.image === undefined) return (await upToDate(choice)).root
  return holding(choice.image, ['usr/sbin/init'])
}

const built = new Map<string, Promise<ImagePaths>>()

/** Looked at once in a process: later machines get what the first one got. */
function upToDate({ kernel, fast, report }: ImageChoice): Promise<ImagePaths> {
  const key = `${kernel} ${fast}`
  let image = built.get(key)
  if (image === undefined) {
    const options: ImageOptions = {
      // Beside the usual one: who has machines of several kernels does not build each anew whenever the other was asked for.
      ...(kernel === undefined || kernel === 'cloud'
        ? {}
        : { kernel, places: { out: `${usualPlaces.out}-${kernel}` } }),
      ...(fast === true ? { fast } : {}), // left out, an image of either sort will do
      ...(report === undefined ? {} : { progress: progressTo((line) => report(line.trimEnd())) })
    }
    image = buildImage(options)
    built.set(key, image)
  }
  return image
}

async function holding(folder: string, parts: readonly string[]): Promise<string> {
  for (const part of parts) {
    await access(join(folder, part)).catch((cause: unknown) => {
      throw new Error(`there is no ${part} in ${folder}: leave --image out to boot this checkout's image`, { cause })
    })
  }
  return resolve(folder)
}
