// Where dhcpcd keeps the number of the process of a link.

export const DHCP_PIDS = '/run/dhcpcd'

/** A file that names a client of a link, and the option that leads dhcpcd to it. */
export interface ClientFile {
  readonly file: string
  readonly family: readonly string[]
}

/** Those of the files in DHCP_PIDS that are a link's: `eth0.pid`, or `eth0-4.pid` when it does one family only. */
export function clientFiles(dev: string, files: readonly string[]): readonly ClientFile[] {
  return [
    { file: `${dev}.pid`, family: [] },
    { file: `${dev}-4.pid`, family: ['-4'] },
    { file: `${dev}-6.pid`, family: ['-6'] }
  ].filter(({ file }) => files.includes(file))
}
