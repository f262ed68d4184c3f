import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { findMirrors, type Mirror } from './apt-sources.ts'
import { CommandError, run, start } from './command.ts'

/** A package as the archive has it now. */
export interface DebianPackage {
  readonly name: string
  readonly version: string
  readonly sha256: string
  /** Names in Depends and Pre-Depends, every alternative, versions dropped. */
  readonly depends: readonly string[]
}

/** Debian's packages without touching the machine's own apt: own sources, lists, cache and an empty status. */
export interface Apt {
  /** Fetches the package lists if they are older than a day, or always with `force`. */
  refresh(force: boolean): void
  /**
   * The candidate versions of `names`, in that order.
   * @throws if the archive has one of them not, unless `lenient`: then it is left out (virtual packages)
   */
  show(names: readonly string[], lenient?: boolean): DebianPackage[]
  /**
   * `names` and all they depend on (recommended packages are not), as apt resolves it, sorted by name. For apt those of
   * `without` (names, and patterns of names) are installed already: neither they come nor what only they need. Unknown names
   * count for nothing there.
   */
  resolve(names: readonly string[], without: readonly string[]): DebianPackage[]
  /** Hash of the package lists: as long as it stays, so does everything that is asked here. */
  lists(): string
  /** Downloads what is not there yet (apt checks the sha256) and unpacks it. Returns the directories, same order. */
  unpack(packages: readonly DebianPackage[]): Promise<string[]>
}

const day = 24 * 3600 * 1000

/** The one the system itself is made of. */
export const ownSuite = 'trixie'

/**
 * @param folder directory for package lists (a folder of its own for any other suite) and downloaded packages
 * @param unpacked directory for what was in them; both are made if missing
 * @param warn hears of what makes the packages older than they should be
 * @param suite a release of Debian, by code name or as `testing` or `unstable`
 */
export function openApt(
  folder: string,
  unpacked: string,
  warn: (line: string) => void = () => {},
  suite: string = ownSuite
): Apt {
  const root = suite === ownSuite ? folder : join(folder, 'suites', suite)
  const debs = join(folder, 'debs')
  const conf = join(root, 'apt.conf')
  const stamp = join(root, 'refreshed')
  const env = { APT_CONFIG: conf }
  for (const dir of ['lists/partial', 'cache/archives/partial', 'parts', 'state']) {
    mkdirSync(join(root, dir), { recursive: true })
  }
  mkdirSync(debs, { recursive: true })
  mkdirSync(unpacked, { recursive: true })
  writeFileSync(join(root, 'state/status'), '')
  writeFileSync(join(root, 'rosd.sources'), sources(suite, warn))
  writeFileSync(conf, configuration(root))

  const seen = new Map<string, string | null>() // asking costs a process of apt's

  const refresh = (force: boolean): void => {
    if (!force && existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < day) return
    try {
      update(env, suite, warn)
    } catch (error) {
      if (force || !existsSync(stamp)) throw error
      warn(`the package lists could not be fetched, those of ${statSync(stamp).mtime.toISOString()} are used`)
      return
    }
    writeFileSync(stamp, '')
    seen.clear()
  }

  const stanzas = (names: readonly string[], lenient: boolean): string[] => {
    const unasked = names.filter((name) => !seen.has(name))
    for (const name of unasked) seen.set(name, null)
    for (const one of ask(unasked, env)) seen.set(field(one, 'Package'), one)
    return names.flatMap((name) => {
      const shown = seen.get(name) ?? null
      if (shown !== null) return [shown]
      if (lenient) return []
      throw new Error(`Debian ${suite} has no package ${name} for amd64`)
    })
  }

  const show = (names: readonly string[], lenient = false): DebianPackage[] => stanzas(names, lenient).map(parseStanza)

  const resolve = (names: readonly string[], without: readonly string[]): DebianPackage[] => {
    show(names)
    const patterns = without.filter((one) => one.includes('*'))
    let left = without.filter((one) => !one.includes('*'))
    for (;;) {
      const found = simulate(names, stanzas(left, true))
      const fresh = found.filter((name) => !names.includes(name) && !left.includes(name))
      const more = fresh.filter((name) => patterns.some((pattern) => matchesGlob(name, pattern)))
      if (more.length === 0) return show(found.toSorted())
      left = [...left, ...more]
    }
  }

  const simulate = (names: readonly string[], without: readonly string[]): string[] => {
    const status = join(root, 'state/without')
    const text = without.map(installed).join('\n')
    // apt takes seconds to read all lists, and keeps what it read for as long as the status is the same file
    if (!existsSync(status) || readFileSync(status, 'utf8') !== text) writeFileSync(status, text)
    const options = {
      'Dir::State::status': status,
      'Dir::Cache::pkgcache': 'pkgcache-without.bin',
      // else what is left out is brought up to what it is, beside others of its source
      'APT::Get::Upgrade-By-Source-Package': 'false'
    }
    const words = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`])
    return parseSimulation(
      run(['apt-get', '-q', '-s', '--no-install-recommends', ...words, 'install', ...names], { env })
    )
  }

  const lists = (): string => {
    const hash = createHash('sha256')
    for (const file of readdirSync(join(root, 'lists')).toSorted()) {
      if (file.endsWith('InRelease')) hash.update(readFileSync(join(root, 'lists', file)))
    }
    return hash.digest('hex')
  }

  const download = async (missing: readonly DebianPackage[]): Promise<void> => {
    const argv = ['apt-get', '-q', 'download', ...missing.map((one) => `${one.name}=${one.version}`)]
    try {
      await start(argv, { env, cwd: debs })
    } catch {
      // The archive moves on and drops old files: with new lists either it works or the versions are others.
      refresh(true)
      const gone = missing.filter((one) => show([one.name], true)[0]?.version !== one.version)
      if (gone.length > 0) {
        const names = gone.map((one) => `${one.name} ${one.version}`).join(', ')
        throw new Error(`the archive has newer versions than ${names}; the package lists are new now, so build again`)
      }
      await start(argv, { env, cwd: debs })
    }
  }

  const unpack = async (packages: readonly DebianPackage[]): Promise<string[]> => {
    const target = (one: DebianPackage): string => join(unpacked, `${one.name}_${one.version}`)
    const missing = packages.filter((one) => !existsSync(target(one)))
    const absent = missing.filter((one) => debFile(debs, one) === null)
    if (absent.length > 0) await download(absent)
    for (const one of missing) {
      const deb = debFile(debs, one)
      if (deb === null) throw new Error(`apt-get downloaded no ${one.name} ${one.version} into ${debs}`)
      const partial = `${target(one)}.partial`
      rmSync(partial, { recursive: true, force: true })
      await start(['dpkg-deb', '-x', join(debs, deb), partial])
      renameSync(partial, target(one))
    }
    return packages.map(target)
  }

  return { refresh, show, resolve, lists, unpack }
}

// A mirror that stands still is signed as ever: what it has is Debian's, only not the newest.
function update(env: Readonly<Record<string, string>>, suite: string, warn: (line: string) => void): void {
  const argv = ['apt-get', '-q', '-o', 'APT::Update::Error-Mode=any']
  try {
    run([...argv, 'update'], { env })
  } catch (error) {
    const expired =
      error instanceof CommandError ? /Release file for \S+ is expired \((.*)\)/.exec(error.message) : null
    if (expired === null) throw error
    warn(`the mirror is behind: its lists of ${suite} are ${expired[1]}; they are used all the same`)
    run([...argv, '-o', 'Acquire::Check-Valid-Until=false', 'update'], { env })
  }
}

function ask(names: readonly string[], env: Readonly<Record<string, string>>): string[] {
  if (names.length === 0) return []
  try {
    return run(['apt-cache', '--no-all-versions', 'show', ...names], { env })
      .split('\n\n')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  } catch (error) {
    if (error instanceof CommandError && error.message.includes('No packages found')) return []
    throw error
  }
}

/** Reads one stanza of `apt-cache show` (deb-control(5)). */
export function parseStanza(stanza: string): DebianPackage {
  const depends = [field(stanza, 'Pre-Depends'), field(stanza, 'Depends')]
    .join(',')
    .split(/[,|]/)
    .map((word) => word.trim().split(/[\s:(]/)[0] ?? '')
    .filter((word) => word !== '')
  return {
    name: field(stanza, 'Package'),
    version: field(stanza, 'Version'),
    sha256: field(stanza, 'SHA256'),
    depends: [...new Set(depends)]
  }
}

/** The names of what `apt-get -s install` would install, in its order. */
export function parseSimulation(text: string): string[] {
  return [...text.matchAll(/^Inst (\S+) /gm)].map((match) => (match[1] ?? '').replace(/:amd64$/, ''))
}

function field(stanza: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? ''
}

// A stanza of dpkg's status file. Without Depends: what it would need is not there either.
function installed(stanza: string): string {
  const kept = ['Package', 'Version', 'Architecture', 'Multi-Arch', 'Provides']
    .map((name) => [name, field(stanza, name)])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
  return `${kept.join('')}Status: install ok installed\n`
}

// apt writes an epoch's colon as %3a in file names.
function debFile(debs: string, one: DebianPackage): string | null {
  const start = `${one.name}_${one.version.replaceAll(':', '%3a')}_`
  return readdirSync(debs).find((file) => file.startsWith(start) && file.endsWith('.deb')) ?? null
}

function sources(suite: string, warn: (line: string) => void): string {
  const { main, security } = findMirrors('/etc/apt')
  if (suite === 'unstable' || suite === 'sid') return stanza(main, [suite]) // repairs come as ordinary versions
  const stanzas = [stanza(main, [suite, `${suite}-updates`])]
  if (security !== null) stanzas.push(stanza(security, [`${suite}-security`]))
  else warn("apt is told of no security mirror on this machine: the image gets Debian's packages without their fixes")
  return stanzas.join('\n')
}

function stanza(mirror: Mirror, suites: readonly string[]): string {
  return `Types: deb\nURIs: ${mirror.uris.join(' ')}\nSuites: ${suites.join(' ')}\nComponents: main\nSigned-By: ${keyring(mirror)}\n`
}

function keyring(mirror: Mirror): string {
  const known = [
    mirror.signedBy,
    '/usr/share/keyrings/debian-archive-keyring.gpg',
    '/usr/share/keyrings/debian-archive-keyring.pgp'
  ]
  const path = known.find((one) => one !== '' && existsSync(one))
  if (path === undefined) throw new Error("Debian's archive keys are missing: apt-get install debian-archive-keyring")
  return path
}

// The machine's own parts are left out (their hooks delete packages in containers), its way to the network is kept.
function configuration(root: string): string {
  const network = run(['apt-config', 'dump'])
    .split('\n')
    .filter((line) => /^Acquire::(https?|socks5h|Retries|ForceIPv[46])\b/i.test(line))
  return `${[
    ...network,
    `Dir::State "${join(root, 'state')}";`,
    `Dir::State::status "${join(root, 'state/status')}";`,
    `Dir::State::lists "${join(root, 'lists')}";`,
    `Dir::Cache "${join(root, 'cache')}";`,
    `Dir::Etc::SourceList "${join(root, 'rosd.sources')}";`,
    `Dir::Etc::SourceParts "${join(root, 'parts')}";`,
    `Dir::Etc::Main "/dev/null";`,
    `Dir::Etc::Parts "${join(root, 'parts')}";`,
    `Dir::Etc::Preferences "/dev/null";`,
    `Dir::Etc::PreferencesParts "${join(root, 'parts')}";`,
    'APT::Architecture "amd64";',
    'APT::Architectures { "amd64"; };',
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";'
  ].join('\n')}\n`
}
