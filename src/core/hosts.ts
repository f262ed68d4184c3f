// The machine's own line in /etc/hosts. Pure.

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
