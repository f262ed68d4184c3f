import t from 'tap'
import { testMachine } from '../support/machine.ts'

t.setTimeout(180_000)
const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'

t.test('who may log in, and where', { skip }, async (t) => {
  const append = 'rancher.autologin=ttyS0 rancher.password=over-the-kernel-line'
  const { machine, root, tried } = await testMachine({ kind: 'namespaces', append })
  t.teardown(() => machine.stop())
  await machine.logged(/rancher@rosd/, 30)
  t.pass('rancher.autologin gives a shell on the serial console')
  t.match(await root('grep ^rancher: /etc/shadow'), /^rancher:\$6\$/, 'rancher.password is set, hashed')
  t.equal(
    (await tried('ros config export --full --private | grep -q over-the-kernel-line')).code,
    1,
    'and never exported'
  )
  t.equal(
    (await machine.ssh('sudo -n true && docker ps -q && ros status > /dev/null; echo $?')).stdout,
    '3\n',
    'docker without sudo, ros with'
  )
  t.match(await root('sshd -T 2>/dev/null || /usr/sbin/sshd -T'), /permitrootlogin no/)
  t.match(await root('ls -l /run/ros/agent.sock'), /^srw------- +1 root +root/)
})
