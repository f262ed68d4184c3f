// Engines beside User Docker on a real machine: each with its own, and none in the way of another.
import t from 'tap'
import { engineMachine } from '../support/engine-machine.ts'

const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'
const ENGINE = 'engine-docker-20.10'
t.setTimeout(600_000)

/** Says on its port who it is. */
const SERVER = 'while :; do echo here | /busybox nc -l -p 80; done'

t.test('engines stand beside User Docker', { skip }, async (t) => {
  const test = await engineMachine(t, ENGINE)
  const { root: done, tried } = test
  const two = '/opt/bin/docker-two'
  const three = '/opt/bin/docker-three'
  const answer = (address: string) => `timeout 10 busybox nc ${address} 8080 < /dev/null`

  test.preload()
  await done('tar -C /usr/bin -c busybox | docker import - test/busybox:1')

  await t.test('one is made by a word, and another with what it is to be', async (t) => {
    t.match(
      await done('ros engine create two'),
      /^docker-two is docker 26\.1\S* at 172\.30\.0\.2 in 172\.30\.0\.0\/24$/m
    )
    t.match(
      await done('ros engine create three -v docker-20.10 --network 10.40.0.0/16 --fixed-ip 10.40.7.7'),
      /^docker-three is docker 20\.10\S* at 10\.40\.7\.7 in 10\.40\.0\.0\/16$/m
    )
    t.match(await done('ros engine list'), /^current {2}docker-26\.1$/m)
    t.match(await done('ros engine list'), /^enabled {2}two\nenabled {2}three$/m)
    t.match(await done(`${three} version -f {{.Server.Version}}`), /^20\.10\./)
    t.match(await done('ros logs docker-two'), /API listen on \/run\/m-user-docker\/two\.sock/)
  })

  await t.test('what can not be is refused, and the document stays as it is', async (t) => {
    const before = await done('ros config export')
    const refused: readonly (readonly [string, RegExp])[] = [
      ['ros engine create two', /there is a service 'docker-two' already/],
      ['ros engine create Four', /at most 12 small letters/],
      ['ros engine create four --network 10.40.1.0/24', /10\.40\.1\.0\/24 is in use on this machine: 10\.40\./],
      ['ros engine create four --network mynet', /'mynet' is no IPv4 network/],
      ['ros engine create four --fixed-ip 10.9.9.9', /10\.9\.9\.9 is not in the network/],
      ['ros engine create four -v docker-2.1', /docker-2\.1 is not a valid engine/],
      ['ros engine rm four -f', /there is no engine 'four'/]
    ]
    for (const [line, why] of refused) {
      const { code, text } = await tried(line)
      t.equal(code, 1, line)
      t.match(text, why)
    }
    t.equal(await done('ros config export'), before)
  })

  await t.test('each has its own containers, images and ports', async (t) => {
    for (const docker of [two, three]) {
      t.equal(await done(`${docker} images -q`), '', 'nothing of User Docker is in it')
      await done(`tar -C /usr/bin -c busybox | ${docker} import - test/busybox:1`)
      await done(
        `${docker} run -d --name web --restart always -p 8080:80 -v kept:/kept test/busybox:1 /busybox sh -c '${SERVER}'`
      )
      await done(`${docker} exec web /busybox sh -c 'echo kept > /kept/file'`)
    }
    await done(`docker run -d --name web -p 8080:80 test/busybox:1 /busybox sh -c '${SERVER}'`)
    for (const address of ['172.30.0.2', '10.40.7.7']) t.equal(await done(answer(address)), 'here\n', address)
    t.equal(
      await done(`docker run --rm test/busybox:1 /busybox sh -c '/busybox nc 172.30.0.2 8080 < /dev/null'`),
      'here\n'
    )
  })

  await t.test('their containers reach the machine, and what User Docker publishes', async (t) => {
    const machineAddress = '172.30.0.1'
    await done(`${two} exec web /busybox ping -c 1 -w 10 ${machineAddress}`)
    const gate = (await done("docker network inspect bridge -f '{{(index .IPAM.Config 0).Gateway}}'")).trim()
    t.equal(await done(`${two} exec web /busybox sh -c '/busybox nc ${gate} 8080 < /dev/null'`), 'here\n')
    await done('docker network create apart')
    await done(`docker run -d --name apart --network apart test/busybox:1 /busybox sh -c '${SERVER}'`)
    const apart = (await done("docker inspect apart -f '{{.NetworkSettings.Networks.apart.IPAddress}}'")).trim()
    const { code } = await tried(`${two} exec web /busybox timeout 3 /busybox nc ${apart} 80 < /dev/null`)
    t.not(code, 0, 'what it does not publish is out of reach')
  })

  await t.test('taking all of User Docker away leaves them alone', async (t) => {
    const pid = await done(`${two} inspect -f '{{.State.Pid}}' web`)
    await done('docker rm -f $(docker ps -aq)')
    await done('system-docker restart -t 5 docker')
    await done('timeout 60 sh -c "until docker version; do sleep 1; done"')
    t.equal(await done(`${two} inspect -f '{{.State.Pid}}' web`), pid)
    t.equal(await done(answer('172.30.0.2')), 'here\n')
  })

  await t.test('one that is killed is there again, with what it had', async (t) => {
    await done('system-docker kill docker-two')
    await test.until(
      'docker-two answers again',
      async () => (await tried(`${two} exec web /busybox cat /kept/file`)).text === 'kept\n'
    )
    await test.until('its port does', async () => (await tried(answer('172.30.0.2'))).text === 'here\n')
    t.equal((await done('system-docker inspect -f {{.State.Running}} docker-two')).trim(), 'true')
    await done('rm /opt/bin/docker-two; ros reconcile')
    await done(`${two} version`)
  })

  await t.test('one that is taken away leaves nothing', async (t) => {
    t.equal(await done('ros engine rm two -f -t 3'), 'two is gone\n')
    t.equal(await done('ls /var/lib/m-user-docker'), 'three\n')
    await test.until('its command is gone', async () => (await tried(`ls ${two}`)).code !== 0)
    t.notMatch(await done('/usr/bin/ip link'), /dk-two/)
    t.notMatch(await done('iptables-save'), /dk-two/)
    t.notMatch(await done('ros engine list'), /two/)
    t.notMatch(await done('ros config export'), /docker-two/)
    t.equal(await done(answer('10.40.7.7')), 'here\n', 'the other one goes on')
    t.match(await done('ros engine create two --network 10.50.0.0/24'), /at 10\.50\.0\.2/)
    t.equal(await done(`${two} ps -aq`), '', 'a new one of that name is empty')
  })
})
