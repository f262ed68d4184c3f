import type { Veth } from './veth.ts'

/** What the kernel is told when our image boots in QEMU. */
export interface KernelLine {
  /** There is a disk (/dev/vdb) for the state; without one the machine runs from memory. */
  readonly state: boolean
  readonly append?: string | undefined
}

const always = ['console=ttyS0', 'quiet', 'loglevel=3', 'panic=10']

const state = ['rancher.state.dev=LABEL=RANCHER_STATE', 'rancher.state.autoformat=[/dev/vdb]', 'rancher.state.wait']

/** The whole line; the caller's words come last, so that they win. */
export function kernelLine(line: KernelLine): string {
  return [...always, ...(line.state ? state : []), ...(line.append === undefined ? [] : [line.append])].join(' ')
}

/**
 * What /proc/cmdline says in a machine of namespaces: no disk, and the address of its card, for nobody answers DHCP there.
 */
export function namespaceLine(line: { readonly veth: Veth; readonly append?: string | undefined }): string {
  const { guest, host, prefix } = line.veth
  const eth0 = Object.entries({ dhcp: 'false', address: `${guest}/${prefix}`, gateway: host }).map(
    ([key, value]) => `rancher.network.interfaces.eth0.${key}=${value}`
  )
  return [...always, ...eth0, ...(line.append === undefined ? [] : [line.append])].join(' ')
}
