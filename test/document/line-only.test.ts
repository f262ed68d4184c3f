import t from 'tap'
import { built, layer, problemsOf, user } from './support.ts'

const early = '{rancher: {state: {dev: LABEL=X}, recovery: true, debug: true}}\n'

t.test('what the boot needs before it has the state device is left out of files that lie on it', async (t) => {
  for (const kind of ['machine', 'conf', 'user'] as const) {
    const found = problemsOf(layer(kind, `#cloud-config\n${early}`))
    t.same(
      found.map(({ code, severity, key, column }) => `${severity} ${code} ${key} ${column}`),
      ['warning ROS_DOC_TOO_LATE rancher.state 12', 'warning ROS_DOC_TOO_LATE rancher.recovery 35'],
      kind
    )
    const { rancher } = built(layer(kind, `#cloud-config\n${early}`)).data
    t.match([rancher?.state, rancher?.recovery, rancher?.debug], [undefined, undefined, true])
  }
})

t.test('the image, the OEM partition and the kernel command line are there in time', async (t) => {
  for (const one of [layer('image', early), layer('oem', early), layer('cmdline', 'rancher.state.dev=LABEL=X')]) {
    t.same(problemsOf(one), [])
    t.match(built(one).data.rancher?.state, { dev: 'LABEL=X' }, one.name)
  }
  t.match(built(layer('oem', early), user('rancher: {state: {dev: LABEL=Y}}\n')).data.rancher?.state, {
    dev: 'LABEL=X'
  })
})

t.test('a password counts on the kernel command line alone, and is not quoted', async (t) => {
  for (const kind of ['image', 'oem', 'user'] as const)
    t.match(problemsOf(layer(kind, '#cloud-config\nrancher: {password: hunter2}\n')), [
      { code: 'ROS_DOC_LINE_ONLY', key: 'rancher.password', source: '' }
    ])
  t.equal(built(layer('cmdline', 'rancher.password=hunter2')).data.rancher?.password, 'hunter2')
})
