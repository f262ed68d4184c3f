// Debian's packages for tests, from where the image's come.
import { join } from 'node:path'
import { openApt } from '../../src/image/apt.ts'
import { underLock } from '../../src/image/lock.ts'
import { usualPlaces } from '../../src/image/paths.ts'

/** The folders of these packages, unpacked. Builds of images and other tests, which share the downloads, are waited for. */
export function unpackedPackages(names: readonly string[], suite?: string): Promise<string[]> {
  return underLock(
    join(usualPlaces.apt, 'lock'),
    () => {},
    async () => {
      const apt = openApt(usualPlaces.apt, join(usualPlaces.cache, 'unpacked'), () => {}, suite)
      apt.refresh(false)
      return apt.unpack(apt.show(names))
    }
  )
}
