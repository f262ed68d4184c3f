import { parseArgs } from 'node:util'
import { buildImage } from './build.ts'
import { flavours, isFlavour } from './kernel-rules.ts'
import { readManifest } from './manifest.ts'
import { progressTo } from './progress.ts'
import { imageTable, sizeTable } from './report.ts'
import { buildRepository } from './repository.ts'

const help = `Usage: npm run image -- [OPTIONS]
       npm run image -- --repository DIR [NAME…]

Builds the machine's image: vmlinuz, initrd, rootfs.squashfs and manifest.json. Nothing is done if the image there was
built from the same inputs.

  --kernel NAME   cloud (virtual machines, the default), generic (all hardware), small (our own, built from source:
                  takes about ten minutes the first time)
  --fast          do not compress the root: for tests
  --out DIR       where to write (default dist/image)
  --repository DIR
                  in place of the image: index, definitions and images (all, or those named) of the services, consoles
                  and engines, as a repository in DIR
  --refresh       fetch Debian's package lists even if they are younger than a day
  --help          this text
`

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        kernel: { type: 'string', default: 'cloud' },
        fast: { type: 'boolean', default: false },
        out: { type: 'string' },
        repository: { type: 'string' },
        refresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false }
      }
    })
    if (values.help) {
      process.stdout.write(help)
      return 0
    }
    const progress = progressTo((line) => process.stderr.write(line))
    if (values.repository !== undefined) {
      const { repository: to, refresh } = values
      process.stdout.write(imageTable(await buildRepository({ to, names: positionals, refresh, progress })))
      return 0
    }
    if (positionals.length > 0) throw new Error(`${positionals.join(' ')}: names belong to --repository`)
    if (!isFlavour(values.kernel)) throw new Error(`--kernel ${values.kernel}: there are ${flavours.join(', ')}`)
    const paths = await buildImage({
      kernel: values.kernel,
      fast: values.fast,
      refresh: values.refresh,
      progress,
      ...(values.out === undefined ? {} : { places: { out: values.out } })
    })
    const manifest = readManifest(paths.manifest)
    if (manifest !== null) process.stdout.write(sizeTable(paths, manifest))
    return 0
  } catch (error) {
    process.stderr.write(`image: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}
