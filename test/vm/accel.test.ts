import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { chooseAccel, type Probe } from '../../src/vm/accel.ts'

/** A QEMU that does what the script says, and a device that can be opened. */
function fake(t: Tap, script: string): Probe & { readonly folder: string; readonly cache: string } {
  const folder = t.testdir({ kvm: '', qemu: `#!/bin/sh\necho "$@" >>"$0.ran"\n${script}\n` })
  chmodSync(join(folder, 'qemu'), 0o755)
  return {
    folder,
    qemu: join(folder, 'qemu'),
    version: '9.9.9',
    image: '/i',
    device: join(folder, 'kvm'),
    cache: join(folder, 'cache', 'accel.json'),
    limit: 400
  }
}

type Tap = Pick<typeof t, 'testdir'>

t.test('a guest that powers off in time means KVM works', async (t) => {
  const probe = fake(t, 'exit 0')
  t.strictSame(await chooseAccel(probe), { accel: 'kvm', why: 'a guest booted and powered off' })
  const ran = readFileSync(`${probe.qemu}.ran`, 'utf8')
  t.match(ran, '-accel kvm')
  t.match(ran, '-append quiet loglevel=0 panic=1 rosd.probe')
  t.notMatch(ran, '-no-reboot', 'a guest that crashes must not look like one that powers off')
})

t.test('a guest that hangs is killed, and emulation is the answer', async (t) => {
  const probe = fake(t, 'echo $$ >"$0.pid"; exec sleep 60')
  const { accel, why } = await chooseAccel(probe)
  t.equal(accel, 'tcg')
  t.match(why, 'did not end within 0.4 s')
  const pid = Number(readFileSync(`${probe.qemu}.pid`, 'utf8'))
  await until(() => gone(pid))
})

t.test('a QEMU that refuses is quoted', async (t) => {
  const probe = fake(t, 'echo "failed to set MSR" >&2; exit 1')
  t.strictSame(await chooseAccel(probe), { accel: 'tcg', why: 'KVM does not start a guest: failed to set MSR' })
})

t.test('the answer is remembered for this kernel and this QEMU, and for no other', async (t) => {
  const probe = fake(t, 'exit 1')
  const first = await chooseAccel(probe)
  t.strictSame(Object.keys(JSON.parse(readFileSync(probe.cache, 'utf8'))), [`${release()} 9.9.9`])
  writeFileSync(probe.qemu, '#!/bin/sh\nexit 0\n')
  t.strictSame(await chooseAccel(probe), first, 'not asked again')
  t.equal((await chooseAccel({ ...probe, version: '10.0.0' })).accel, 'kvm', 'another QEMU is')
})

t.test('a broken memory is made anew', async (t) => {
  const probe = { ...fake(t, 'exit 0'), cache: join(t.testdirName, 'accel.json') }
  writeFileSync(probe.cache, '{ not json')
  t.equal((await chooseAccel(probe)).accel, 'kvm')
})

t.test('without the device nothing is started and nothing remembered', async (t) => {
  const probe = { ...fake(t, 'exit 0'), device: '/no/kvm' }
  t.strictSame(await chooseAccel(probe), { accel: 'tcg', why: 'no /no/kvm' })
  t.notOk(existsSync(`${probe.qemu}.ran`))
  t.notOk(existsSync(probe.cache))
})

function gone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000
  while (!done()) {
    if (Date.now() > deadline) throw new Error('still not so after 3 s')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
