// What rancher.network says of IP itself, as kernel parameters (Documentation/networking/ip-sysctl.rst). Pure.
import type { NetworkInterface } from '../document/types.gen.ts'
import type { Desired } from './kind.ts'
import type { DeclaredLink } from './made-links.ts'

export interface IpSetting {
  /** In the one spelling of sysctl-name.ts: dots of a link's name are slashes. */
  readonly name: string
  readonly value: string
  /** Path in the document. */
  readonly path: readonly (string | number)[]
}

/** Every parameter that interfaces and `rancher.network.forwarding` ask for. */
export function ipSettings({ data }: Pick<Desired, 'data'>, declared: readonly DeclaredLink[]): readonly IpSetting[] {
  const { forwarding } = data.rancher?.network ?? {}
  const path = ['rancher', 'network', 'forwarding']
  const all: readonly IpSetting[] =
    forwarding === undefined
      ? []
      : ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'].map((name) => ({ name, value: flag(forwarding), path }))
  const links = declared.flatMap(({ name, entry, path: of }) => ofLink(name, entry, of, forwarding === true))
  return [...all, ...links]
}

function ofLink(name: string, entry: NetworkInterface, path: IpSetting['path'], routes: boolean): readonly IpSetting[] {
  const { accept_ra: accept, forwarding, ipv6, ipv6_privacy: privacy } = entry
  const part = name.replaceAll('.', '/')
  const setting = (key: string, parameter: string, value: string): IpSetting => ({
    name: `${parameter.replace('*', part)}`,
    value,
    path: [...path, key]
  })
  return [
    ...(ipv6 === undefined ? [] : [setting('ipv6', 'net.ipv6.conf.*.disable_ipv6', flag(!ipv6))]),
    // A machine that forwards hears routers only when it is told to all the same: 2.
    ...(accept === undefined
      ? []
      : [setting('accept_ra', 'net.ipv6.conf.*.accept_ra', accept ? ((forwarding ?? routes) ? '2' : '1') : '0')]),
    // Temporary addresses are made, and preferred: 2.
    ...(privacy === undefined ? [] : [setting('ipv6_privacy', 'net.ipv6.conf.*.use_tempaddr', privacy ? '2' : '0')]),
    ...(forwarding === undefined
      ? []
      : [
          setting('forwarding', 'net.ipv4.conf.*.forwarding', flag(forwarding)),
          setting('forwarding', 'net.ipv6.conf.*.forwarding', flag(forwarding))
        ])
  ]
}

function flag(on: boolean): '1' | '0' {
  return on ? '1' : '0'
}
