// A network namespace on a machine reached by ssh.
import { sshArgv } from '../../src/vm/ssh.ts'
import type { TestMachine } from './machine.ts'
import { namespaceShell, READY } from './namespace-shell.ts'
import type { NetworkPlace } from './network-place.ts'

const NAME = 'trial'

/** The namespace is made now and goes with `stop`. */
export async function namespaceOn({ machine }: Pick<TestMachine, 'machine'>): Promise<NetworkPlace> {
  const inside = `ip netns exec ${NAME} sh -c 'echo "${READY}"; exec sh'`
  // One line: what follows it belongs to the inner shell.
  const first = `ip netns add ${NAME} && ${inside}; ip netns delete ${NAME}; exit`
  const { run, stop } = await namespaceShell([...sshArgv(machine), 'sudo sh'], first)
  return { run, look: null, stop }
}
