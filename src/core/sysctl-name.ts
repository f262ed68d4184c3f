// Names of kernel parameters, as sysctl(8) reads them. Pure.

/**
 * The one spelling we use, dots between the parts. Whichever of `.` and `/` comes first separates; the other is then a
 * character of a part, written `/` here: `net/ipv4/conf/eth0.100/rp_filter` is `net.ipv4.conf.eth0/100.rp_filter`.
 */
export function dotted(name: string): string {
  const separator = /[./]/.exec(name)?.[0]
  return separator === '/' ? swapped(name) : name
}

/** Its file below /proc/sys; null when the name could not be one (`..` would leave the tree). */
export function pathOf(name: string): string | null {
  const path = swapped(dotted(name.trim()))
  return path.split('/').some((part) => part === '' || part === '.' || part === '..') ? null : `/proc/sys/${path}`
}

/** The interface of `net.ipv4.conf.X.…` and its like; null for names of no interface, `all` and `default`. */
export function linkOf(name: string): string | null {
  const link = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./.exec(dotted(name))?.[1]?.replaceAll('/', '.')
  return link === undefined || link === 'all' || link === 'default' ? null : link
}

/** Values of several numbers come back with tabs between and a newline behind: one space means the same. */
export function tidy(value: string): string {
  return value.trim().replace(/\s+/g, ' ')
}

function swapped(name: string): string {
  return name.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))
}
