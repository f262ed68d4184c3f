// The documents that `bench reconcile` puts into force, and the Compose files that say the same.

export const REF = 'test/busybox:1'

/** A document of these parts, each the body of a key below `rancher`. */
export function documentOf(parts: Readonly<Record<string, readonly string[]>>): string {
  const keys = Object.entries(parts).filter(([, lines]) => lines.length > 0)
  return ['#cloud-config', 'rancher:', ...keys.flatMap(([key, lines]) => [`  ${key}:`, ...lines]), ''].join('\n')
}

/** `count` names that begin with `prefix`. */
export function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}

/** Services that sleep; another `word` makes another container of them. */
export function services(all: readonly string[], word = 'a'): readonly string[] {
  return all.map(
    (name) =>
      `    ${name}: {image: '${REF}', command: sleep 1d, environment: [WORD=${word}], stop_signal: SIGKILL, network_mode: bridge}`
  )
}

/** The same for docker-compose. */
export function composeFile(lines: readonly string[]): string {
  return ["version: '2.4'", 'services:', ...lines.map((line) => line.slice(2)), ''].join('\n')
}

/** One address for each link. */
export function interfaces(links: readonly string[]): readonly string[] {
  return links.length === 0
    ? []
    : ['    interfaces:', ...links.map((name, i) => `      ${name}: {address: 10.77.${i}.1/24}`)]
}

/** `count` parameters of these links, set to what they are. */
export function parameters(links: readonly string[], count: number): readonly string[] {
  const kinds = ['accept_redirects', 'rp_filter', 'log_martians', 'proxy_arp', 'bootp_relay', 'arp_notify']
  return kinds.flatMap((kind) => links.map((name) => `    net.ipv4.conf.${name}.${kind}: '0'`)).slice(0, count)
}
