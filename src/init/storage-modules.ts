// Drivers for disks, without udev: it runs in a container, which lies on the very disk that is looked for.
import { readdirSync, readFileSync } from 'node:fs'
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

function loaded(): ReadonlySet<string> {
  return new Set(
    readFileSync('/proc/modules', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '')
      .filter(Boolean)
  )
}

/** Loads the drivers of all storage hardware seen so far; the names of the modules that are new. Call again: buses are scanned one after the other. */
export async function loadStorageModules(): Promise<readonly string[]> {
  const before = loaded()
  const aliases = storageAliases(modaliases('/sys/devices'))
  if (aliases.length > 0)
    await run(['modprobe', '-a', '-b', '-q', 'sd_mod', 'sr_mod', ...aliases], { check: false, timeoutMs: 20_000 })
  return [...loaded()].filter((name) => !before.has(name))
}
