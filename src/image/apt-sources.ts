import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One archive apt may fetch from, as the build machine's own configuration names it. */
export interface Mirror {
  readonly uris: readonly string[]
  readonly suites: readonly string[]
  readonly components: readonly string[]
  /** Path of a keyring, or empty. */
  readonly signedBy: string
}

/** Debian's archive and, where the machine knows one, its security archive. */
export interface Mirrors {
  readonly main: Mirror
  readonly security: Mirror | null
}

const codenames =
  /^(bullseye|bookworm|trixie|forky|duke|sid|stable|oldstable|testing|unstable)(-updates|-security|\/updates)?$/

/**
 * Finds Debian's mirrors among all that apt is told on this machine: `sources.list`, `*.list` (one line each) and
 * `*.sources` (deb822, see sources.list(5)). The suites are ours, only the addresses and keys are the machine's.
 * @param etc the machine's `/etc/apt`
 */
export function findMirrors(etc: string): Mirrors {
  const debian = readSources(etc).filter(
    (mirror) => mirror.components.includes('main') && mirror.suites.some((suite) => codenames.test(suite))
  )
  // Third parties name their suites after Debian's too; Debian's own are signed by its keyring and end in /debian.
  const best = debian.toSorted((a, b) => likely(b) - likely(a))
  const main = best.find((mirror) => !mirror.suites.every(isSecurity))
  if (main === undefined) {
    throw new Error(
      `no Debian mirror in ${etc}/sources.list, ${etc}/sources.list.d/*.list or *.sources: the packages of the image ` +
        'come from the mirror this machine uses; name one there (suite bookworm, trixie or later, component main)'
    )
  }
  return { main, security: best.find((mirror) => mirror.suites.some(isSecurity)) ?? null }
}

/** Every archive named in the machine's apt configuration, disabled ones left out. */
export function readSources(etc: string): Mirror[] {
  const parts = join(etc, 'sources.list.d')
  const names = existsSync(parts) ? readdirSync(parts).toSorted() : []
  const lists = [join(etc, 'sources.list'), ...names.filter((n) => n.endsWith('.list')).map((n) => join(parts, n))]
  return [
    ...names
      .filter((name) => name.endsWith('.sources'))
      .flatMap((name) => parseDeb822(readFileSync(join(parts, name), 'utf8'))),
    ...lists.filter((path) => existsSync(path)).flatMap((path) => parseOneLine(readFileSync(path, 'utf8')))
  ]
}

/** Stanzas of `Field: value` lines; continuation lines begin with white space, comments with `#`. */
export function parseDeb822(text: string): Mirror[] {
  const found: Mirror[] = []
  for (const stanza of text.replaceAll(/^#.*\n?/gm, '').split(/\n\s*\n/)) {
    const fields = new Map<string, string>()
    for (const line of stanza.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
      const at = line.indexOf(':')
      if (at > 0) fields.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim())
    }
    const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '')
    if (!words('types').includes('deb') || fields.get('enabled') === 'no') continue
    found.push({
      uris: words('uris'),
      suites: words('suites'),
      components: words('components'),
      signedBy: path(fields.get('signed-by'))
    })
  }
  return found
}

/** `deb [option=value …] URI SUITE COMPONENT …`, one archive per line. */
export function parseOneLine(text: string): Mirror[] {
  const found: Mirror[] = []
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line)
    if (match === null) continue
    const [, options = '', uri = '', suite = '', components = ''] = match
    found.push({
      uris: [uri],
      suites: [suite],
      components: components.split(/\s+/).filter((word) => word !== ''),
      signedBy: path(/(?:^|\s)signed-by=(\S+)/.exec(options)?.[1])
    })
  }
  return found
}

// Signed-By may also hold a fingerprint or a whole key; only a keyring's path can be taken over.
function path(value: string | undefined): string {
  return value?.startsWith('/') === true ? value : ''
}

function isSecurity(suite: string): boolean {
  return suite.endsWith('-security') || suite.endsWith('/updates')
}

function likely(mirror: Mirror): number {
  const keyring = mirror.signedBy.includes('debian-archive') ? 2 : 0
  return keyring + (mirror.uris.some((uri) => /\/debian(-security)?\/?$/.test(uri)) ? 1 : 0)
}
