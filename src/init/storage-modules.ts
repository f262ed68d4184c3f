// Drivers for disks, without udev: it runs in a container, which lies on the very disk that is looked for.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../host/linux/spawn.ts'

/**
 * Names of hardware that leads to disks: PCI mass storage (base class 01), USB controllers (0c03) and SD readers (0805),
 * USB mass storage interfaces, SCSI devices and virtio block and SCSI, Xen and Hyper-V disks.
 */
const leadsToDisks =
  /^(pci:.*bc01|pci:.*bc0Csc03|pci:.*bc08sc05|usb:.*ic08|scsi:|virtio:d0000000[28]|xen:vbd|vmbus:(32412632|ba6163d9)|nvme|mmc:|platform:sdhci)/i

/** Which of the hardware's names (the modalias files of /sys) to ask modprobe for. */
export function storageAliases(aliases: Iterable<string>): readonly string[] {
  return [...new Set(aliases)].filter((alias) => leadsToDisks.test(alias)).sort()
}

function* modaliases(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* modaliases(path)
    else if (entry.name === 'modalias') yield readFileSync(path, 'utf8').trim()
  }
}

/** Names of the modules in the kernel; null for a kernel that has everything built in. */
function loaded(): ReadonlySet<string> | null {
  if (!existsSync('/proc/modules')) return null
  const lines = readFileSync('/proc/modules', 'utf8').split('\n')
  return new Set(lines.map((line) => line.split(' ')[0] ?? '').filter(Boolean))
}

/**
 * Loads the drivers of all storage hardware seen so far. Call again: buses are scanned one after the other.
 * @returns the names of the modules that are new
 */
export async function loadStorageModules(): Promise<readonly string[]> {
  const before = loaded()
  const aliases = before === null ? [] : storageAliases(modaliases('/sys/devices'))
  if (aliases.length === 0) return []
  // What has no driver is passed over; sd_mod and sr_mod are what SCSI hosts lead to.
  const argv = ['modprobe', '-a', '-b', '-q', 'sd_mod', 'sr_mod', ...aliases]
  await run(argv, { check: false, timeoutMs: 20_000 })
  return [...(loaded() ?? [])].filter((name) => before?.has(name) === false)
}
