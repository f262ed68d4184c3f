// `ros console` against a model agent whose people are in the default console.
import t, { type Test } from 'tap'
import { until } from '../support/loop.ts'
import { machine } from './support/ros.ts'

const IMAGE = `rancher:
  services:
    console:
      image: rosd/console:1
      command: [/usr/lib/rosd/services/console]
      labels: {io.rancher.os.scope: system, io.rancher.os.console: default}
`

async function here(t: Test, user?: string) {
  const one = await machine({ image: IMAGE, ...(user === undefined ? {} : { user }) })
  t.teardown(one.stop)
  return one
}

t.test('consoles as RancherOS lists them', async (t) => {
  const { ros } = await here(t)
  t.strictSame(await ros('console list'), {
    code: 0,
    out: 'disabled alpine\ndisabled debian\ncurrent  default\n',
    err: ''
  })
  t.equal((await ros('console enable debian --wait 10')).code, 0)
  t.equal((await ros('console list')).out, 'disabled alpine\nenabled  debian\ncurrent  default\n')
})

t.test('a switch asks, says what it changes, and has to prove itself', async (t) => {
  const one = await here(t)
  const no = await one.ros('console switch debian', { answers: ['n'] })
  t.equal(no.code, 1)
  t.match(
    no.err,
    /destroy the current console container\n2\. log you out.*\nContinue \[y\/N\]: n\n.*nothing was written/
  )
  t.equal((await one.agent.config.user()).text, '')

  const yes = await one.ros('console switch debian --wait 10', { answers: ['y'] })
  t.match(yes, { code: 0, out: /^\+ rancher\.console: debian {2}\(restarts console\)\nsettled/ })
  t.match(await one.userText(), /^rancher:\n {2}console: debian$/m)
  t.match(one.agent.history.list().at(-1)?.by, {
    confirm: 0,
    proves: { seconds: 900, keys: ['container/system/console'] }
  })
  t.match(await one.ros('console switch -f default'), { code: 0, err: 'default is the console already\n' })
})

t.test('any image will do; without a pull it has to be here', async (t) => {
  const one = await here(t)
  t.match(await one.ros('console switch -f --no-pull there:1'), {
    code: 1,
    err: /the image of there:1, there:1, is not on this machine; without --no-pull it is pulled/
  })
  t.match(await one.ros('console switch -f --no-pull here:1'), { code: 0, out: /^\+ rancher\.console: here:1 / })
})

t.test('a name that nobody has is refused, with the one that was meant', async (t) => {
  const one = await here(t)
  for (const line of ['console switch -f debain', 'console enable debain']) {
    const { code, err } = await one.ros(line)
    t.equal(code, 1)
    t.match(
      err,
      /debain is not a valid console, did you mean 'debian'\?; there are alpine, debian, default, and any image/
    )
  }
  t.equal((await one.agent.config.user()).text, '')
})

t.test(
  'what is enabled waits for the boot: the one that runs is held until then, or until another is said',
  async (t) => {
    const one = await here(t)
    t.match(await one.ros('console enable debian --wait 10'), {
      code: 0,
      out: /^debian is the console of the next boot; the one that runs goes on until then\n\+ rancher\.console: debian /
    })
    t.match(one.held(), { enabled: 'debian', service: { image: 'rosd/console:1' } })
    await one.ros('console enable here:1')
    t.match(
      one.held(),
      { enabled: 'here:1', service: { image: 'rosd/console:1' } },
      'the one that runs, not the one before'
    )
    await one.ros('console switch -f alpine')
    t.equal(one.held(), null)
    t.strictSame(one.done, [
      'pin debian',
      'has its image',
      'has its image',
      'pin alpine',
      'may try again',
      'looks at the console again'
    ])
  }
)

t.test('a switch to the one that was enabled has the console that runs to go back to', async (t) => {
  const one = await here(t)
  await one.ros('console enable debian --wait 10')
  t.match(await one.ros('console switch -f debian --wait 10'), { code: 0, out: /rancher\.console/ })
  t.equal(one.held(), null)
  const { history } = one.agent
  const [before, last] = history.list().slice(-2)
  t.match(before?.by.why, 'the console that runs, to go back to')
  t.match(last?.by.proves, { keys: ['container/system/console'] })
  const texts = await Promise.all(
    [before, last].map(async (each) => {
      const { layers = [] } = (await history.read(each?.generation ?? 0)) ?? {}
      return layers.find(({ kind }) => kind === 'user')?.text
    })
  )
  t.match(texts, [/^ {2}console: default$/m, /^ {2}console: debian$/m])
})

t.test('after an undo nothing is held: who names the console again means now', async (t) => {
  const one = await here(t)
  await one.ros('config set hostname one --wait 10')
  await one.ros('console enable debian --wait 10')
  t.match(one.held(), { enabled: 'debian' })
  t.equal((await one.ros('undo --wait 10')).code, 0)
  await until(() => one.held() === null, 3000)
  t.match(await one.userText(), /^((?!console).)*$/s)
})
