// The whole system with the agent as PID 1 of namespaces on this host, real engines and all; seconds instead of the minutes
// an emulated machine takes. One machine, walked through what its users do to it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Event } from '../../src/agent/events.ts'
import type { Service } from '../../src/api/agent.ts'
import { ready, testMachine, USER_FILE } from '../support/machine.ts'
import { writeTestImage } from '../support/test-image.ts'

const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'
const REF = 'test/busybox:1'
t.setTimeout(900_000)

t.test('a machine of namespaces', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-machine-'))
  const began = performance.now()
  const { machine, root, tried, json, write, apply, resource, until } = await testMachine({
    kind: 'namespaces',
    disks: [join(dir, 'state')],
    append: 'rancher.autologin=ttyS0 rancher.password=over-the-kernel-line'
  })
  t.teardown(async () => {
    await machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  t.comment(`ssh answered after ${((performance.now() - began) / 1000).toFixed(1)} s, image build included`)
  const events = async () =>
    (await root('ros events --json'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event)
  const system = async () => {
    const lines = (await root("system-docker ps -a --format '{{.Names}} {{.ID}} {{.State}}'")).trim().split('\n')
    return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line]))
  }
  const putImage = async () => {
    const file = join(dir, 'image.tar')
    writeTestImage(file, REF)
    const target = '/var/lib/rancher/preload/docker/test.tar'
    const { code } = await machine.ssh(['sudo', 'sh', '-c', `base64 -d > ${target}`], {
      stdin: readFileSync(file).toString('base64')
    })
    t.equal(code, 0)
  }
  await root('ros wait --timeout 120')

  await t.test('every system service is a container of System Docker, User Docker is one of them', async (t) => {
    const { items: services } = await json<{ items: Service[] }>('service list --all')
    const names = services.map((service) => service.name)
    for (const name of ['udev', 'syslog', 'ntp', 'network', 'acpid', 'console', 'docker', 'system-cron']) {
      t.match(
        services.find((service) => service.name === name),
        { scope: 'system', state: 'running' },
        name
      )
    }
    t.ok(names.includes('all-volumes'))
    t.match(await root('ros status'), /phase: +Ready/)
    t.match(await root('docker version -f "{{.Server.Version}}"'), /^\d+\./)
    t.equal(await root('cat /proc/1/comm'), 'MainThread\n', 'PID 1 is our agent')
    t.equal(await root('ros plan'), 'nothing to do\n')
  })

  await t.test('who may log in, and where', async (t) => {
    await machine.logged(/rancher@rosd/, 120)
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

  await t.test(
    'a changed sysctl is one write and nothing else; taking it away gives back what stood before',
    async (t) => {
      const before = await system()
      const old = (await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim()
      const rev = (await events()).at(-1)?.rev ?? 0
      await apply('#cloud-config\nrancher:\n  sysctl:\n    net.ipv4.ip_default_ttl: 77\n')
      t.equal((await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim(), '77')
      const since = (await events()).filter((event) => event.rev > rev)
      t.same(
        since.map((event) => `${event.reason} ${event.key}`),
        ['DocumentAccepted null', 'Updated sysctl/net.ipv4.ip_default_ttl']
      )
      t.same(await system(), before, 'every container is the same one, as it was')
      t.equal(await root('ros plan'), 'nothing to do\n', 'a second pass plans nothing')
      t.match(await root('ros get sysctl/net.ipv4.ip_default_ttl --json'), 'cloud-config.yml:4:5')
      await apply('#cloud-config\n')
      t.equal((await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim(), old)
    }
  )

  await t.test('a new service is loaded, created and started; its port answers; removing it removes it', async (t) => {
    await putImage()
    const before = await system()
    await apply(`#cloud-config
rancher:
  services:
    web:
      image: ${REF}
      command: httpd -f -p 80 -h /etc
      ports: ["8080:80"]
      restart: always
      mem_limit: 32m
    other:
      image: ${REF}
      command: sleep 1d
      stop_grace_period: 1s
`)
    t.ok(ready(await resource('container/user/web')))
    t.match(await root('docker ps --format "{{.Names}} {{.Image}}"'), new RegExp(`web ${REF}`))
    await until(
      'the published port answers',
      async () => (await tried('wget -qO- http://127.0.0.1:8080/marker')).code === 0
    )
    t.same(await system(), before)
    const id = await root('docker inspect -f "{{.Id}} {{.State.StartedAt}}" web')
    await write(USER_FILE, (await root(`cat ${USER_FILE}`)).replace('sleep 1d', 'sleep 2d'))
    // Between the old one and the new one there is none of that name.
    await until('the other was made anew', async () =>
      (await tried('docker inspect -f "{{.Config.Cmd}}" other')).text.includes('2d')
    )
    await root('ros wait')
    t.equal(
      await root('docker inspect -f "{{.Id}} {{.State.StartedAt}}" web'),
      id,
      'an untouched service keeps its container and its uptime'
    )
  })

  await t.test('removing every user container leaves every system service running', async (t) => {
    const before = await system()
    await root('docker rm -f $(docker ps -aq)')
    await until(
      'the document’s containers are back',
      async () => ready(await resource('container/user/web')) && ready(await resource('container/user/other'))
    )
    t.same(await system(), before)
  })

  await t.test(
    'killing or removing a system container by hand brings it back, once, with an event that says why',
    async (t) => {
      for (const [act, why] of [
        ['system-docker kill syslog', /it is exited with code 137/],
        ['system-docker rm -f acpid', /not there/],
        ['system-docker stop ntp', /it is exited/],
        ['system-docker pause system-cron', /paused/]
      ] as const) {
        const name = act.split(' ').at(-1) ?? ''
        const rev = (await events()).at(-1)?.rev ?? 0
        await root(act)
        await until(
          `${name} is back`,
          async () =>
            /running/.test((await system()).get(name) ?? '') && ready(await resource(`container/system/${name}`))
        )
        const told = (await events()).filter((event) => event.rev > rev && event.key === `container/system/${name}`)
        t.equal(
          told.filter((event) => event.reason === 'Drifted' && why.test(event.message)).length,
          1,
          `${act}: ${told.map((event) => event.message).join('; ')}`
        )
        t.equal(told.filter((event) => ['Created', 'Updated', 'Replaced'].includes(event.reason)).length, 1, 'once')
      }
    }
  )

  await t.test('System Docker killed comes back and no system container stops', async (t) => {
    const before = await root(
      "system-docker inspect -f '{{.Name}} {{.State.Pid}} {{.State.StartedAt}}' $(system-docker ps -q) | sort"
    )
    const pid = (await root('cat /run/system-docker.pid')).trim()
    await root(`kill -9 ${pid}`)
    await until(
      'System Docker answers again',
      async () =>
        (await tried('system-docker ps')).code === 0 && (await root('cat /run/system-docker.pid')).trim() !== pid,
      40
    )
    await root('ros wait --timeout 120')
    t.equal(
      await root(
        "system-docker inspect -f '{{.Name}} {{.State.Pid}} {{.State.StartedAt}}' $(system-docker ps -q) | sort"
      ),
      before
    )
  })

  await t.test('User Docker killed comes back and no user container stops', async () => {
    const of = "docker inspect -f '{{.Name}} {{.State.Pid}} {{.State.StartedAt}}' $(docker ps -q) | sort"
    const before = await root(of)
    await root('kill -9 $(cat /run/docker.pid)')
    await until('User Docker answers again', async () => (await tried(of)).text === before, 40)
    await root('ros wait --timeout 120')
    await root('system-docker rm -f docker')
    await until(
      'User Docker answers again after its container was removed',
      async () => (await tried(of)).text === before,
      40
    )
  })

  await t.test(
    'a document that does not validate changes nothing and says file, line, column and the line',
    async (t) => {
      const good = await root(`cat ${USER_FILE}`)
      const before = await system()
      for (const [bad, complaint] of [
        [`${good}  sysctI: {}\n`, /cloud-config\.yml:\d+:3: .*sysctI.*\n.*sysctI: \{\}\n +\^/],
        ['#cloud-config\nrancher: [1, 2\n', /cloud-config\.yml:\d+:\d+:/],
        [
          '#cloud-config\nrancher:\n  network:\n    interfaces:\n      eth0:\n        mtu: big\n',
          /cloud-config\.yml:6:14: .*mtu.*\n.*mtu: big\n +\^/
        ]
      ] as const) {
        await write(USER_FILE, bad)
        await until('the refusal is told', async () => complaint.test((await tried('ros status')).text), 10)
        t.equal((await tried('ros status')).code, 2)
      }
      t.same(await system(), before)
      t.match(await root('tail -n 50 /var/log/rosd.log'), /refused/)
      await write(USER_FILE, good)
      await until('the good one is in force', async () => (await tried('ros status')).code === 0)
    }
  )

  await t.test('one failing resource does not stop the others; what waits says for whom', async () => {
    await write(
      USER_FILE,
      `#cloud-config
rancher:
  sysctl:
    net.ipv4.no_such_thing: 1
    net.ipv4.ip_default_ttl: 65
  services:
    first: {image: "localhost:9/none:1"}
    second: {image: ${REF}, command: sleep 1d, links: [first], stop_grace_period: 1s}
`
    )
    await until(
      'the good sysctl is set',
      async () => (await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim() === '65'
    )
    await until('the failures are told', async () => {
      const { text, code } = await tried('ros status')
      return (
        code === 2 &&
        /no_such_thing/.test(text) &&
        /localhost:9\/none:1: localhost:9 can not be reached/.test(text) &&
        /second .*waits for/.test(text)
      )
    })
    await apply(
      `#cloud-config\nrancher:\n  services:\n    web: {image: ${REF}, command: sleep 1d, restart: unless-stopped, stop_grace_period: 1s}\n`
    )
  })

  await t.test('files, keys, name, mounts and commands of the document', async (t) => {
    const keys = (await root('cat /home/rancher/.ssh/authorized_keys')).trim().split('\n')
    await apply(`#cloud-config
hostname: walker
ssh_authorized_keys: ${JSON.stringify([...keys, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEexampleEXAMPLEexampleEXAMPLEexample1 extra'])}
write_files:
  - {path: /etc/made, content: "by the document\\n", permissions: "0640", owner: "rancher:docker"}
  - {path: /opt/kept, content: aGVsbG8=, encoding: b64}
mounts:
  - [tmpfs, /mnt/mem, tmpfs, "size=1m"]
  - [/opt, /mnt/opt, "", bind]
rancher:
  services:
    web: {image: ${REF}, command: sleep 1d, restart: unless-stopped, stop_grace_period: 1s}
`)
    t.equal((await root('hostname')).trim(), 'walker')
    t.match(await root('cat /etc/hosts'), /^127\.0\.1\.1\s+walker$/m)
    t.match(await root('cat /home/rancher/.ssh/authorized_keys'), /extra$/m)
    t.equal(await root('stat -c "%a %U %G" /etc/made'), '640 rancher docker\n')
    t.equal(await root('cat /etc/made; cat /opt/kept'), 'by the document\nhello')
    t.match(await root('grep -E " /mnt/(mem|opt) " /proc/1/mounts'), /tmpfs \/mnt\/mem/)
    t.equal(await root('cat /mnt/opt/kept'), 'hello', 'mounts are seen in the console')
    await root('umount /mnt/mem && echo drift > /etc/made')
    await until('the mount is back', async () => (await tried('grep -q " /mnt/mem " /proc/1/mounts')).code === 0)
    await root('ros reconcile --wait 120')
    t.equal(await root('cat /etc/made'), 'by the document\n')
    await apply(
      `#cloud-config\nrancher:\n  services:\n    web: {image: ${REF}, command: sleep 1d, restart: unless-stopped, stop_grace_period: 1s}\n`
    )
    t.notMatch(await root('cat /home/rancher/.ssh/authorized_keys'), /extra/, 'a removed key is removed')
    t.equal((await tried('test -e /etc/made -o -e /opt/kept')).code, 1)
    t.equal((await tried('grep -qE " /mnt/(mem|opt) " /proc/1/mounts')).code, 1)
    t.equal((await root('hostname')).trim(), 'rosd')
  })

  await t.test('ros config set keeps comments and applies; get reads back', async (t) => {
    await write(
      USER_FILE,
      `#cloud-config\n# mine\nrancher:\n  services: # see the wiki\n    web: {image: ${REF}, command: sleep 1d, restart: unless-stopped, stop_grace_period: 1s}\n`
    )
    await root('ros config set --wait 120 rancher.sysctl.net.ipv4.ip_default_ttl 70')
    t.equal((await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim(), '70')
    t.equal((await root('ros config get rancher.sysctl.net.ipv4.ip_default_ttl')).trim(), '70')
    t.match(await root(`cat ${USER_FILE}`), /# mine\n[^]*# see the wiki/)
    const { code, text } = await tried('ros config set rancher.sysctI.x 1')
    t.equal(code, 1)
    t.match(text, /sysctl/)
  })

  await t.test('a service with a /usr of its own has the modules and the firmware of the machine', async (t) => {
    const image = (await root("system-docker inspect -f '{{.Config.Image}}' ntp")).trim()
    const mounts = '--net none --volumes-from system-volumes -v /usr/bin/busybox:/busybox:ro'
    const inside = await root(`system-docker run --rm ${mounts} ${image} /busybox ls -1 /lib/modules /lib/firmware`)
    t.equal(inside, await root('busybox ls -1 /lib/modules /lib/firmware'))
    t.match(inside, /^\/lib\/firmware:\n(.*\n)*\/lib\/modules:\n\d+\./)
  })

  await t.test('the document is edited, explained, compared and unset on the machine', async (t) => {
    const key = 'rancher.sysctl.net.ipv4.ip_default_ttl'
    await root('EDITOR="sed -i s/70/71/" ros config edit --yes --wait 120')
    t.equal((await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim(), '71')
    t.match(await root(`ros config get ${key} --explain`), /^71 +\S+\/cloud-config\.yml:\d+:\d+ +counts$/m)
    t.equal(await root('ls -A /run/ros | grep ^edit- || true'), '', 'no copy is left')
    t.match(await root('ros config diff'), /^what is saved is in force\n/)
    t.equal(await root(`ros config unset ${key} --wait 120`).then((text) => text.split('\n')[0]), `- ${key}: was 71`)
    t.match(await root('ros config explain hostname'), /^hostname: string\n/)
    t.equal(
      await root('ros config schema | sha256sum'),
      await root('sha256sum < /usr/share/ros/cloud-config.schema.json')
    )
    t.match(await root('ros config images'), /^rosd\/base:\d\S* (\S+ )*rosd\/docker:\d\S*( \S+)*\n$/)
    t.match(await root('ros config generate --new | ros config validate && echo valid'), /valid\n$/)
    t.match(
      await root('bash -ic "complete -p ros; complete -p sudo" 2>/dev/null'),
      /-F _ros ros\n.*-F _ros_by_sudo sudo\n/
    )
    t.match((await tried('ros config syslinux')).text, /global\.cfg is not there/)
  })

  await t.test('services are stopped, started and restarted by command, and tell their logs', async (t) => {
    await root('ros service stop -t 1 web')
    await root('ros wait')
    t.equal((await root("docker inspect -f '{{.State.Running}}' web")).trim(), 'false', 'it stays stopped')
    await root('ros service start web')
    await until('web runs', async () => (await root("docker inspect -f '{{.State.Running}}' web")).trim() === 'true')
    const started = await root("docker inspect -f '{{.State.StartedAt}}' web")
    await root('ros service restart -t 1 web')
    t.not(await root("docker inspect -f '{{.State.StartedAt}}' web"), started)
    t.match(await root('ros service ps'), /web +user +running/)
    t.equal((await tried('ros service logs system-cron')).code, 0)
  })

  await t.test('a reboot keeps state, host keys and containers, and starts what was running', async (t) => {
    const hostKey = await root('cat /etc/ssh/ssh_host_ed25519_key.pub')
    const id = await root("docker inspect -f '{{.Id}}' web")
    const own = await root(`docker run -d --name mine --stop-timeout 1 --restart unless-stopped ${REF} sleep 1d`)
    await root(`echo kept > /home/rancher/note`)
    await root('ros reboot -f || true').catch(() => '')
    await machine.logged(/all services are ready[^]*all services are ready/, 120)
    await machine.answers(60)
    await root('ros wait --timeout 120')
    t.equal(await root('cat /etc/ssh/ssh_host_ed25519_key.pub'), hostKey)
    t.equal(await root('cat /home/rancher/note'), 'kept\n')
    t.equal(await root("docker inspect -f '{{.Id}}' web"), id)
    await until(
      'the container a person ran is running again',
      async () => (await root("docker inspect -f '{{.State.Running}} {{.Id}}' mine")).trim() === `true ${own.trim()}`
    )
    t.match(await root('cat /var/log/boot.log'), /all services are ready/)
  })

  await t.test('a document broken before a reboot leaves the last good one in force after it', async (t) => {
    const good = `#cloud-config\nrancher:\n  sysctl: {net.ipv4.ip_default_ttl: 71}\n  services:\n    web: {image: ${REF}, command: sleep 1d, restart: unless-stopped, stop_grace_period: 1s}\n`
    await apply(good)
    await write(USER_FILE, `${good}broken\n`)
    await until('it is refused', async () => (await tried('ros status')).code === 2)
    t.equal((await tried('ros reboot')).code, 1, 'a reboot is refused unless forced')
    const boots = machine.log().split('all services are ready').length
    await root('ros reboot -f')
    await until('it has booted again', async () => machine.log().split('all services are ready').length > boots, 60)
    await machine.answers(60)
    t.equal((await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim(), '71')
    t.match((await tried('ros status')).text, /cloud-config\.yml:6:1/)
    await apply(good.replace('71', '72'))
    t.equal((await root('cat /proc/sys/net/ipv4/ip_default_ttl')).trim(), '72')
  })

  await t.test('the agent starts anew, plainly and after a fault, and nothing else stops', async (t) => {
    const of =
      "system-docker inspect -f '{{.Name}} {{.State.StartedAt}}' $(system-docker ps -q) | sort; docker inspect -f '{{.State.StartedAt}}' web"
    const before = await root(of)
    for (const [how, said] of [
      ['', /started anew: by command/],
      [' --fault', /started anew: Error: asked to fail/]
    ] as const) {
      await root(`ros agent restart${how}`)
      await machine.logged(said, 120)
      await until('the agent answers', async () => (await tried('ros wait')).code === 0)
      t.equal(await root(of), before)
    }
    t.match((await root("ps -o pid,stat,args | awk '$2 ~ /Z/' | wc -l")).trim(), '0', 'no zombie is left')
  })

  await t.test('power-off stops everything in order and ends the machine', async (t) => {
    await machine.ssh(['sudo', 'poweroff'])
    t.equal(await machine.exited, 0)
    const log = machine.log()
    const order = [
      /stopped docker /,
      /stopped user containers/,
      /stopped .*console/,
      /stopped .*syslog/,
      /stopped System Docker/,
      /ended all processes/,
      /unmounted/,
      /poweroff after/
    ]
    const last = log.slice(log.lastIndexOf('poweroff: going down'))
    const places = order.map((line) => last.search(line))
    t.notOk(places.includes(-1), last)
    t.same(
      places,
      places.toSorted((a, b) => a - b),
      'in this order'
    )
    t.notMatch(log, /PASSED OVER|FAILED: stopped/)
  })
})
