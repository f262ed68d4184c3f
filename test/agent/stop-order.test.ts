import t from 'tap'
import { stopGroups } from '../../src/agent/stop-order.ts'
import { container } from '../../src/kinds/container.ts'
import { desiredOf } from '../support/desired.ts'

t.test('what may run is stopped as a machine goes down, jobs too; volumes never run', async (t) => {
  const system = (labels: Readonly<Record<string, string>>) => ({
    image: 'i',
    stop_grace_period: '3s',
    labels: { 'io.rancher.os.scope': 'system', ...labels }
  })
  const services = {
    daemon: system({}),
    job: system({ 'cron.schedule': '@daily' }),
    once: system({ 'io.rancher.os.detach': 'false' }),
    volumes: system({ 'io.rancher.os.createonly': 'true' })
  }
  const wants = new Map([...container.want(desiredOf({ rancher: { services } }))].map((want) => [want.key, want]))
  t.same(stopGroups(wants), [
    {
      name: 'daemon, job',
      containers: [
        { name: 'daemon', seconds: 3 },
        { name: 'job', seconds: 3 }
      ]
    }
  ])
})
