// Addresses as the kernel's messages hold them.
import { showAddress } from '../../core/cidr.ts'

/** The address families of rtnetlink(7) that are looked at. */
export const [AF_INET, AF_INET6] = [2, 10]

/** The prefix of everything. */
export const ANYWHERE = { 4: 'default', 6: '::/0' } as const

export function familyOf(family: number): 4 | 6 | null {
  if (family === AF_INET) return 4
  return family === AF_INET6 ? 6 : null
}

export function showBytes(bytes: Buffer): string {
  const bits = BigInt(`0x${bytes.toString('hex')}`)
  return showAddress(bytes.length === 4 ? { family: 4, bits, length: 32 } : { family: 6, bits, length: 128 })
}
