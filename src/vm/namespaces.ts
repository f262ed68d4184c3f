import type { Machine } from './machine.ts'
import type { MachineOptions } from './options.ts'

export async function startNamespaces(_options: MachineOptions): Promise<Machine> {
  throw new Error('x')
}
