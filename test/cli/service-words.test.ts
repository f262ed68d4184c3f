// The words of `ros service` that change the document: what they print, write and copy.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { repositoryServer } from '../repository/server.ts'
import { machine } from './support/ros.ts'

const HERE = '#cloud-config\nrancher:\n  repositories: {here: {url: /srv/here}}\n'

async function withRepository(t: Test, user = HERE) {
  const model = await machine({ user })
  t.teardown(model.stop)
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(model.root, path)), { recursive: true })
    writeFileSync(join(model.root, path), text)
  }
  put('srv/here/index.yml', 'services: [mail, proxy]\n')
  put('srv/here/m/mail.yml', 'mail: {image: "mail:1"}\n')
  put('srv/here/p/proxy.yml', 'proxy: {image: proxy, ports: [x]}\n')
  return {
    ...model,
    put,
    config: () => readFileSync(join(model.root, 'var/lib/rancher/conf/cloud-config.yml'), 'utf8')
  }
}

t.test('what repositories offer is listed, enabled, remembered as disabled and forgotten', async (t) => {
  const { ros, config } = await withRepository(t)
  t.same(await ros('service list'), {
    code: 0,
    out: 'disabled job\ndisabled mail\ndisabled proxy\nenabled  web\n',
    err: ''
  })
  t.same(await ros('service enable mail --wait 5'), {
    code: 0,
    out: [
      'mail: 7677b1ea49fb from here /srv/here/m/mail.yml',
      '+ rancher.services: {"mail":{"image":"mail:1"}}  (restarts mail)',
      '+ rancher.services_include: {"mail":true}',
      'settled: generation 2, 0 of 0 ready',
      ''
    ].join('\n'),
    err: ''
  })
  t.equal(config(), `${HERE}  services_include:\n    mail: true\n`)
  t.match((await ros('service list')).out, /^enabled {2}mail$/m)
  t.match(await ros('history'), { out: /^2 .*ros service enable mail/m })
  t.equal(
    (await ros('service disable mail')).out,
    '- rancher.services: was {"mail":{"image":"mail:1"}}  (restarts mail)\n~ rancher.services_include.mail: true -> false\n'
  )
  t.match((await ros('service list')).out, /^disabled mail$/m)
  t.equal((await ros('service delete mail')).out, '- rancher.services_include.mail: was false\n')
  t.notMatch(config(), /mail/)
})

t.test('enabled again, a service gets the newest definition, and what that changes is shown', async (t) => {
  const { ros, put, settled, agent } = await withRepository(t)
  const imageOf = () => agent.loop.inForce()?.rancher?.services?.['mail']?.image
  await ros('service enable mail --wait 5')
  t.equal((await ros('service enable mail')).out, 'mail: 7677b1ea49fb is the newest\n')
  put('srv/here/m/mail.yml', 'mail: {image: "mail:2"}\n')
  t.match(
    (await ros('service list')).out,
    /^enabled {2}mail {2}\(there is a newer definition: ros service enable mail\)$/m
  )
  agent.loop.tick()
  await settled()
  t.equal(imageOf(), 'mail:1')
  t.equal(
    (await ros('service enable mail --wait 5')).out,
    [
      'mail: 7677b1ea49fb -> 959f01fbffa2 from here /srv/here/m/mail.yml',
      '~ rancher.services.mail.image: mail:1 -> mail:2  (restarts mail)',
      'settled: generation 3, 0 of 0 ready',
      ''
    ].join('\n')
  )
  t.equal(imageOf(), 'mail:2')
  t.match((await ros('history')).out, /^3 \* .*ros service enable mail/m)
  t.match((await ros('history diff 2 3')).out, /mail:1 -> mail:2/)
  t.equal((await ros('undo --wait 5')).code, 0)
  t.equal(imageOf(), 'mail:1')
  await ros('service list')
  agent.loop.tick()
  await settled()
  t.equal(imageOf(), 'mail:1', 'also after the files were read again')
})

t.test('a copy that was changed by hand is taken anew', async (t) => {
  const { ros, root } = await withRepository(t)
  await ros('service enable mail --wait 5')
  const file = join(root, 'var/lib/rancher/conf/pinned/services/mail.yml')
  const taken = readFileSync(file, 'utf8')
  writeFileSync(file, taken.replace('mail:1', 'mail:3'))
  t.equal(
    (await ros('service enable mail')).out,
    [
      'mail: 2841c616448b -> 7677b1ea49fb from here /srv/here/m/mail.yml',
      '~ rancher.services.mail.image: mail:3 -> mail:1  (restarts mail)',
      ''
    ].join('\n')
  )
  t.equal(readFileSync(file, 'utf8'), taken)
})

t.test('a repository that can not be asked is told, and the copy stays', async (t) => {
  const server = await repositoryServer({
    'index.yml': 'services: [mail]\n',
    'm/mail.yml': 'mail: {image: "mail:1"}\n'
  })
  t.teardown(server.close)
  const { ros } = await withRepository(t, `#cloud-config\nrancher: {repositories: {core: {url: "${server.url}"}}}\n`)
  t.match((await ros('service enable mail --wait 5')).out, /^mail: 7677b1ea49fb from core http/)
  t.equal((await ros('service enable mail')).out, 'mail: 7677b1ea49fb is the newest\n')
  server.always(500)
  t.equal(
    (await ros('service enable mail')).out,
    'mail: stays 7677b1ea49fb, for the newest can not be had: core: index.yml: the server answers 500\n'
  )
})

t.test('a repository that is gone does not keep what is enabled from being enabled', async (t) => {
  const { ros, put } = await withRepository(t)
  await ros('service enable mail --wait 5')
  put('srv/here/index.yml', 'services: []\n')
  t.equal(
    (await ros('service enable mail')).out,
    'mail: stays 7677b1ea49fb, for the newest can not be had: no repository has it any more\n'
  )
})

t.test('what can not be enabled is refused, and nothing is written', async (t) => {
  const { ros, config } = await withRepository(t)
  for (const [line, err] of [
    ['service enable mial', "ros: mial is not a valid service, did you mean 'mail'?\n"],
    ['service enable mail nobody', 'ros: nobody is not a valid service\n'],
    ['service disable mial', "ros: mial is not a valid service, did you mean 'mail'?\n"],
    ['service enable /etc/x.yml', "ros: /etc/x.yml: a service's file is /var/lib/rancher/conf/NAME.yml\n"],
    [
      'service enable /var/lib/rancher/conf/x.yml',
      'ros: /var/lib/rancher/conf/x.yml is not a valid service (there is no such file)\n'
    ]
  ] as const)
    t.same(await ros(line), { code: 1, out: '', err }, line)
  const { code, err } = await ros('service enable proxy')
  t.equal(code, 1)
  t.match(
    err,
    /^ros: proxy: not a valid definition; nothing was enabled\n(?:.*\n)*.*proxy\.yml:2:31: rancher\.services\.proxy\.ports\[0\]: /m
  )
  t.equal(config(), HERE)
})

t.test('a file beside cloud-config.yml is enabled by its path, and nothing is copied', async (t) => {
  const { ros, put, config } = await withRepository(t)
  put('var/lib/rancher/conf/own.yml', 'own: {image: own}\n')
  t.equal(
    (await ros('service enable /var/lib/rancher/conf/own.yml')).out,
    [
      '/var/lib/rancher/conf/own.yml: as this machine has it',
      '+ rancher.services: {"own":{"image":"own"}}  (restarts own)',
      '+ rancher.services_include: {"/var/lib/rancher/conf/own.yml":true}',
      ''
    ].join('\n')
  )
  t.match(config(), /\/var\/lib\/rancher\/conf\/own\.yml: true/)
})

t.test('-u asks the repositories, and says which can not be read', async (t) => {
  const { ros } = await withRepository(
    t,
    '#cloud-config\nrancher: {repositories: {core: {url: "http://127.0.0.1:1"}}}\n'
  )
  t.same(await ros('service list -u'), {
    code: 0,
    out: 'disabled job\nenabled  web\n',
    err: 'repository core can not be read: index.yml: connect ECONNREFUSED 127.0.0.1:1\n'
  })
})

t.test('services are let up, made, taken down, signalled and removed', async (t) => {
  const { ros, done, stop } = await machine()
  t.teardown(stop)
  for (const [line, out, asked] of [
    ['service up', 'job started\nweb started\n', ['start job', 'start web']],
    ['service up web --wait 5', 'web started\nsettled: generation 1, 0 of 0 ready\n', ['start web']],
    ['service up web --force-recreate -t 3', 'web made anew\n', ['recreate web 3']],
    ['service up web --no-recreate --no-build', 'web started\n', ['start web']],
    ['service create job --no-build', 'job created\n', ['create job']],
    ['service down web -t 1', 'web is down\n', ['down web 1']],
    ['service kill web', 'web was sent SIGKILL\n', ['kill web SIGKILL']],
    ['service kill -s HUP web job', 'web was sent HUP\njob was sent HUP\n', ['kill web HUP', 'kill job HUP']],
    ['service rm job -v', 'job removed\n', ['remove job']],
    [
      'service rm -f web',
      'web removed; it comes back, for it is wanted: `ros service down web` keeps it away\n',
      ['remove web by force']
    ]
  ] as const) {
    t.same(await ros(line), { code: 0, out, err: '' }, line)
    t.same(done.splice(0), asked, line)
  }
  t.match(await ros('service rm web'), { code: 1, err: 'ros: web runs; stop it first, or force it (-f)\n' })
  t.match(await ros('service up web --force-recreate --no-recreate'), { code: 2, err: /say opposite things/ })
  t.match(await ros('service down'), { code: 2, err: /^ros: NAME is missing/ })
  t.match(await ros('service down web nope'), { code: 1, err: /nope is not a valid service/ })
  t.same(done, [])
})

t.test('what is started in the foreground is followed', async (t) => {
  const { ros, stop } = await machine()
  t.teardown(stop)
  const leave = new AbortController()
  const heard = (out: string) => {
    if (out.includes('says two')) leave.abort()
  }
  const { out } = await ros('service up web --foreground', { signal: leave.signal, heard })
  t.equal(out, 'web started\nweb_1 | web says one\nweb_1 | web says two\n')
})

t.test('a pull says whether there is a newer image, and what takes it', async (t) => {
  const { ros, stop } = await machine()
  t.teardown(stop)
  t.same(await ros('service pull web syslog'), {
    code: 0,
    out: 'web: nginx 111111111111 -> 222222222222; `ros service up --force-recreate web` takes it\nsyslog: rosd/base is the newest (111111111111)\n',
    err: ''
  })
  t.match(await ros('service pull job web'), { code: 1, out: '', err: 'ros: image alpine could not be pulled: no\n' })
  t.match(await ros('service pull --ignore-pull-failures job web'), {
    code: 0,
    out: /^web: nginx/,
    err: 'job: image alpine could not be pulled: no\n'
  })
})

t.test('a service is described with its definition and where it is from, secrets left out', async (t) => {
  const user = '#cloud-config\nrancher:\n  services:\n    web:\n      image: nginx\n      ports: ["80:80"]\n'
  const { ros, stop, root } = await machine({ user })
  t.teardown(stop)
  t.equal(
    (await ros('service describe web')).out.replaceAll(`${root}/var/lib/rancher/conf`, ''),
    [
      'name:      web',
      'scope:     user',
      'wanted:    up',
      'image:     nginx',
      'container: 0123456789ab  Up 5 minutes (healthy)',
      'from:      /cloud-config.yml:5:7',
      '           /cloud-config.yml:6:7',
      'definition:',
      '  image: nginx',
      '  ports:',
      '  - 80:80',
      ''
    ].join('\n')
  )
  t.match(JSON.parse((await ros('service describe web --json')).out), {
    name: 'web',
    definition: { image: 'nginx' },
    offered: null
  })
  t.match(await ros('service describe wbe'), { code: 1, err: "ros: wbe is not a valid service, did you mean 'web'?\n" })
})
