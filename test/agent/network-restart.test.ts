import t from 'tap'
import { restartNetwork } from '../../src/agent/network-restart.ts'
import { machine } from '../support/fake-host.ts'

t.test('hooks run again, clients renew their leases, and nothing else is touched', async (t) => {
  const execs: string[] = []
  const { host, text } = machine({
    files: {
      '/run/ros/commands/pre_cmds.json': '{}',
      '/run/ros/commands/post_up:eth0.json': '{}',
      '/run/ros/commands/runcmd.json': '{}',
      '/run/dhcpcd/eth0-4.pid': '7\n',
      '/run/dhcpcd/eth1.pid': '8\n',
      '/run/dhcpcd/eth2.pid': '9\n'
    },
    parts: {
      docker: {
        system: {
          exec: async (id, argv) => {
            execs.push(`${id}: ${argv.join(' ')}`)
            if (argv.includes('eth1')) throw new Error('no such container')
            return { code: 0, output: '' }
          }
        }
      }
    }
  })
  await restartNetwork(host, [
    'hook/pre_cmds',
    'hook/post_up:eth0',
    'command/runcmd',
    'dhcp/eth0',
    'dhcp/eth1',
    'link/eth0'
  ])
  t.equal(text('/run/ros/commands/pre_cmds.json'), null)
  t.equal(text('/run/ros/commands/post_up:eth0.json'), null)
  t.equal(text('/run/ros/commands/runcmd.json'), '{}')
  t.strictSame(execs, ['network: /usr/sbin/dhcpcd -4 --renew eth0', 'network: /usr/sbin/dhcpcd --renew eth1'])
})
