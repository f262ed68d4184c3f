// What sysfs tells of the hardware below a link.
import { readlinkSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'

/** `0000:00:03.0`: domain, bus, device and function. */
const PCI = /(?<=\/)[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?=\/|$)/g

/** Driver and place of a card; what it does not have is left out. A card of virtio sits on the PCI device above it. */
export function card(name: string): { readonly driver?: string; readonly pci?: string } {
  const device = `/sys/class/net/${name}/device`
  const driver = ifThere(() => basename(readlinkSync(`${device}/driver`)))
  const pci = ifThere(() => realpathSync(device).match(PCI)?.at(-1) ?? null)
  return { ...(driver === null ? {} : { driver }), ...(pci === null ? {} : { pci }) }
}

function ifThere(look: () => string | null): string | null {
  try {
    return look()
  } catch {
    return null // links without hardware have no such files
  }
}
