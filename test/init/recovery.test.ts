import { existsSync } from 'node:fs'
import t from 'tap'
import { banner } from '../../src/init/recovery.ts'
import { boot, cannot, heard } from './support/machine.ts'

const noTerminal = existsSync('/usr/bin/script') ? false : 'no script(1): it makes the terminal'
const terminal = { skip: cannot || noTerminal, timeout: 60_000 }

t.test(
  'the recovery shell says why, has job control, comes back when it is killed, and exit reboots',
  terminal,
  async (t) => {
    const machine = boot('rescues.ts', { work: t.testdir(), terminal: true })
    const type = (text: string): boolean => machine.child.stdin?.write(`${text}\n`) ?? false
    await heard(machine, /recovery# /)
    t.match(machine.output(), /Why:\r+\n {2}the state could not be mounted\r+\n {2}second line/)
    type('set -- $(cat /proc/$$/stat); echo "session leader: $(( $6 == $$ )), terminal: $(( $7 != 0 ))"')
    await heard(machine, /session leader: 1, terminal: 1/)
    type('kill -9 $$')
    await heard(machine, /kill -9[^]*Why:[^]*recovery# /)
    type('no-such-command')
    await heard(machine, /not found/)
    type('exit')
    t.equal(await machine.ended, 129, machine.output())
  }
)

t.test('poweroff in the recovery shell powers off', terminal, async (t) => {
  const machine = boot('rescues.ts', { work: t.testdir(), terminal: true })
  await heard(machine, /recovery# /)
  machine.child.stdin?.write('poweroff\n')
  t.equal(await machine.ended, 130, machine.output())
})

t.test('the banner holds the whole reason and what exit does', async (t) => {
  t.equal(
    banner({ reason: 'a\nb\n', exitMeans: 'goes on booting' }),
    "\r\nrosd recovery shell. Why:\r\n  a\r\n  b\r\n'exit' goes on booting; 'reboot' and 'poweroff' work.\r\n\r\n"
  )
})
