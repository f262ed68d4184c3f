// The machine's own line in /etc/hosts, and those of `rancher.network.hosts`. Pure.
import { parseCidr, showAddress } from './cidr.ts'

/** Behind each of the document's lines: by this they are known. */
const MARK = '# rancher.network.hosts'
const OWN = /^\s*127\.0\.1\.1\s+([^#]*)/

/** The names of 127.0.1.1, single spaces between; null when there is no such line. */
export function ownNames(text: string): string | null {
  for (const line of text.split('\n')) {
    const names = OWN.exec(line)?.[1]
    if (names !== undefined) return names.trim().replace(/\s+/g, ' ')
  }
  return null
}

/**
 * The text with `names` on the line of 127.0.1.1, or (null) without such a line. Every other line stays as it is; a new line
 * goes below the one of 127.0.0.1, where people look for it. Blank lines at the end go: a write that was cut off leaves such.
 */
export function withOwnNames(text: string, names: string | null): string {
  const lines = text === '' ? ['127.0.0.1 localhost', ''] : text.replace(/\n+$/, '\n').split('\n')
  const at = lines.findIndex((line) => OWN.test(line))
  const rest = lines.filter((line) => !OWN.test(line))
  if (names === null) return rest.join('\n')
  const local = rest.findLastIndex((line) => /^\s*127\.0\.0\.1\s/.test(line))
  rest.splice(at === -1 ? local + 1 : at, 0, `127.0.1.1 ${names}`)
  return rest.join('\n')
}

/** What stands behind 127.0.1.1 for a host name: itself, and its first part where it has several (hostname(1), `-f`). */
export function namesOf(hostname: string): string {
  const short = hostname.split('.')[0] ?? hostname
  return short === hostname ? hostname : `${hostname} ${short}`
}

/** One line: an address in its canonical spelling, and names. */
export function hostLine(address: string, names: readonly string[]): string {
  const read = parseCidr(address)
  return [read === null ? address : showAddress(read), ...names].join(' ')
}

/** The document's lines as they stand there, without the mark, single spaces between. */
export function listedHosts(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [own, ...marks] = line.split(MARK)
    return marks.length === 0 || own === undefined ? [] : [own.trim().replace(/\s+/g, ' ')]
  })
}

/**
 * The text with exactly these of the document's lines, and every other line as it is. They stand where they stood, or else
 * below the machine's own names: of two lines with one name the first counts.
 */
export function withListedHosts(text: string, lines: readonly string[]): string {
  const all = text === '' ? ['127.0.0.1 localhost', ''] : text.split('\n')
  const isListed = (line: string) => line.includes(MARK)
  const at = all.findIndex(isListed)
  const rest = all.filter((line) => !isListed(line))
  const local = rest.findLastIndex((line) => /^\s*(127\.|::1\s)/.test(line))
  rest.splice(at === -1 ? local + 1 : at, 0, ...lines.map((line) => `${line} ${MARK}`))
  return rest.join('\n')
}
