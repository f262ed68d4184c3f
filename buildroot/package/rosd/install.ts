// Puts the agent, the ros command and the service images into the target, as the Debian-built image has them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { serviceImagesPath } from '../../../src/image/assemble.ts'
import { copyBundle, entriesOf, writeBundle } from '../../../src/image/bundle.ts'
import { readData } from '../../../src/image/package-list.ts'
import { top } from '../../../src/image/paths.ts'
import { parseServiceImages, writeServiceImages } from '../../../src/image/service-image.ts'

const [target] = process.argv.slice(2)
if (target === undefined) throw new Error('usage: install.ts TARGET_DIR')
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { readonly version: string }
// Buildroot sets it for builds that shall be the same again.
const time = Number(process.env.SOURCE_DATE_EPOCH ?? 0)

copyBundle(await writeBundle(top, entriesOf(top), join(top, 'dist/bundle-buildroot')), join(target, 'usr/lib/rosd'))
const images = join(target, serviceImagesPath)
mkdirSync(dirname(images), { recursive: true })
writeFileSync(images, writeServiceImages(parseServiceImages(readData('service-images.yml'), version), time))
