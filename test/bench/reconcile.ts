import type { TestMachine } from '../support/machine.ts'
import { writeTestImage } from '../support/test-image.ts'
import { engineRoom } from '../support/engine-room.ts'
import type { Bench, Table } from './figures.ts'
import { passes } from './reconcile-passes.ts'
import { REF } from './reconcile-documents.ts'
import { commands, repairs } from './reconcile-repairs.ts'
import { changes } from './reconcile-services.ts'
import { withMachine } from './with-machine.ts'

export const reconcile: Bench = {
  name: 'reconcile',
  about: 'passes, new services next to docker-compose, repairs and a command, in a machine of namespaces',
  root: true,
  measure: (say) => withMachine(say, (machine) => reconciling(machine, say))
}

/** All of it on a machine that has just been started. */
export async function reconciling(machine: TestMachine, say: (line: string) => void): Promise<readonly Table[]> {
  const room = engineRoom(machine)
  writeTestImage(room.at('/var/lib/rancher/preload/docker/bench.tar'), REF)
  await room.settled()
  const paced = await passes(machine, room, say)
  say('repairs')
  const repaired = await repairs(machine, room)
  say('commands')
  const command = await commands(machine)
  return [...paced, ...(await changes(room, say)), repaired, command]
}
