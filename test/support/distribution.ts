// Images like those of distributions, made of Debian's packages. None has an ssh server, sudo, docker or ros.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { writeTar } from '../../src/core/tar.ts'
import { run } from '../../src/image/command.ts'
import { unpackedPackages } from './debian.ts'
import type { Parts } from './registry-images.ts'

/** What of Debian is enough to log in to. */
const PACKAGES =
  'base-files base-passwd bash coreutils dash libacl1 libc6 libgmp10 libpcre2-8-0 libselinux1 libtinfo6'.split(' ')
const MORE = {
  bookworm: ['libattr1', 'libgcc-s1'],
  trixie: ['libattr1', 'libcap2', 'libgcc-s1', 'libssl3t64', 'libsystemd0', 'libzstd1', 'zlib1g']
} as const

/** A release of Debian, documentation and translations left out. */
export async function debian(suite: keyof typeof MORE): Promise<Parts> {
  const packages = await unpackedPackages([...PACKAGES, ...MORE[suite]], suite)
  return inFolder((root) => {
    for (const dir of ['bin', 'lib', 'lib64', 'sbin']) {
      mkdirSync(join(root, 'usr', dir), { recursive: true })
      symlinkSync(`usr/${dir}`, join(root, dir))
    }
    for (const from of packages) {
      const copy =
        'tar -C "$1" --exclude=./usr/share/doc --exclude=./usr/share/locale --exclude=./usr/share/man -c . | tar -C "$2" -x --keep-directory-symlink'
      run(['sh', '-c', copy, 'sh', from, root])
    }
    for (const name of ['passwd', 'group']) {
      cpSync(join(root, `usr/share/base-passwd/${name}.master`), join(root, `etc/${name}`))
    }
    cpSync(join(root, 'usr/share/base-files/profile'), join(root, 'etc/profile'))
    if (!existsSync(join(root, 'usr/bin/sh'))) symlinkSync('dash', join(root, 'usr/bin/sh'))
    return imageOf(root)
  })
}

/** Like Alpine: musl is its C library, busybox its programs, and /bin and /usr/bin are two. */
export async function muslLike(): Promise<Parts> {
  const [musl = '', busybox = ''] = await unpackedPackages(['musl', 'busybox-static'])
  const place = run(['sh', '-c', 'cd "$1" && find . -name libc.so', 'sh', musl]).trim()
  return inFolder((root) => {
    for (const dir of [
      'bin',
      'dev',
      'etc/profile.d',
      'home',
      'lib',
      'proc',
      'root',
      'run',
      'sbin',
      'sys',
      'tmp',
      'usr/bin',
      'usr/sbin',
      'var'
    ]) {
      mkdirSync(join(root, dir), { recursive: true })
    }
    cpSync(join(musl, place), join(root, 'lib/ld-musl-x86_64.so.1'))
    const program = join(root, 'usr/bin/musl-program')
    run(['as', '--64', '-o', `${program}.o`, join(import.meta.dirname, 'musl-program.s')])
    const library = ['-L', dirname(join(musl, place)), '-l:libc.so']
    run(['ld', '-o', program, '-dynamic-linker', '/lib/ld-musl-x86_64.so.1', `${program}.o`, ...library])
    rmSync(`${program}.o`)
    cpSync(join(busybox, 'usr/bin/busybox'), join(root, 'bin/busybox'))
    for (const applet of ['sh', 'ash', 'cat', 'echo', 'env', 'id', 'ls', 'pwd', 'rm', 'sleep', 'touch']) {
      symlinkSync('/bin/busybox', join(root, 'bin', applet))
    }
    symlinkSync('/run', join(root, 'var/run'))
    writeFileSync(join(root, 'etc/os-release'), 'ID=musl-like\nPRETTY_NAME="Like Alpine"\n')
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/ash')
    writeFileSync(join(root, 'etc/group'), 'root:x:0:root\ndocker:x:998:\n')
    writeFileSync(
      join(root, 'etc/profile'),
      'export PATH=/usr/sbin:/usr/bin:/sbin:/bin\nfor file in /etc/profile.d/*.sh; do . "$file"; done\n'
    )
    return imageOf(root)
  })
}

/** In which nobody can have a shell. */
export function shellLess(): Parts {
  return inFolder((root) => {
    writeFileSync(join(root, 'file'), 'nothing else')
    return imageOf(root)
  })
}

/** Writes it as `docker save` does. */
export function writeDistribution(path: string, ref: string, { config, layers }: Parts): void {
  const [layer = Buffer.of()] = layers
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: [ref], Layers: ['layer/layer.tar'] }])
  const files = [
    { path: 'config.json', mode: 0o644, body: config },
    { path: 'layer/', mode: 0o755 },
    { path: 'layer/layer.tar', mode: 0o644, body: layer },
    { path: 'manifest.json', mode: 0o644, body: Buffer.from(manifest) }
  ]
  writeFileSync(path, writeTar(files, 0))
}

function inFolder(work: (root: string) => Parts): Parts {
  const root = mkdtempSync(join(tmpdir(), 'rosd-distribution-'))
  try {
    return work(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function imageOf(root: string): Parts {
  const tar = `${root}.tar`
  run(['tar', '--numeric-owner', '--owner=0', '--group=0', '-cf', tar, '-C', root, '.'])
  const layer = readFileSync(tar)
  rmSync(tar)
  const digest = createHash('sha256').update(layer).digest('hex')
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    // An image for something else than a console: none of this may matter.
    config: {
      User: '65534',
      Entrypoint: ['/nowhere'],
      Cmd: ['/bin/bash'],
      WorkingDir: '/absent',
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    history: [{ created: '1970-01-01T00:00:00Z' }]
  })
  return { config: Buffer.from(config), layers: [layer] }
}
