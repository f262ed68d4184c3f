import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { MachineOptions } from './options.ts'
import { top } from './paths.ts'

const parts = ['vmlinuz', 'initrd', 'rootfs.squashfs'] as const

/** The folder of the image to boot: the one asked for, or dist/image, brought up to date. */
export async function imageFolder(
  options: Pick<MachineOptions, 'image' | 'kernel' | 'fast' | 'report'>
): Promise<string> {
  const folder = resolve(options.image ?? join(top, 'dist', 'image'))
  for (const part of parts) {
    await access(join(folder, part)).catch((cause: unknown) => {
      throw new Error(`no ${part} in ${folder}: build the image with \`npm run image\``, { cause })
    })
  }
  return folder
}

/** The unpacked root tree of the image. */
export async function rootFolder(
  options: Pick<MachineOptions, 'image' | 'kernel' | 'fast' | 'report'>
): Promise<string> {
  return process.env['X_ROOT'] ?? resolve(options.image ?? '')
}
