// User Docker by another engine and back, on a real machine: what it kept, what started again, and what happens when the new one is
// no good.
import t from 'tap'
import { engineMachine } from '../support/engine-machine.ts'

const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'
const ENGINE = 'engine-docker-20.10'
t.setTimeout(900_000)

/** Repositories on the machine: an engine that does not start. */
const BROKEN = `docker:
  image: test/broken:1
  entrypoint: [/busybox, sh, -c, 'echo no engine at all; exit 3']
`

t.test('User Docker changes its engine', { skip }, async (t) => {
  const test = await engineMachine(t, ENGINE)
  const { root: done, tried } = test
  const kept = async () => JSON.parse(await done('docker inspect kept'))[0] as Kept // the engine's API
  const runsAgain = async (what: string, before: Kept) => {
    await test.until(`kept runs again: ${what}`, async () => (await kept()).State.Running)
    const now = await kept()
    t.equal(now.Id, before.Id, `${what}: it is the same container`)
    t.not(now.State.StartedAt, before.State.StartedAt, `${what}: it has started again`)
    t.equal(await done('docker exec kept /busybox cat /data/told'), 'before\n', `${what}: its volume is as it was`)
    t.match(await done('docker images -q test/busybox:1'), /\w/, `${what}: the image is there`)
    t.equal(
      await done("docker inspect -f '{{.State.Running}}' once"),
      'false\n',
      `${what}: what has no policy stays down`
    )
    return now
  }

  await done('mkdir -p /opt/engines/b /var/lib/rancher/preload/system-docker')
  await done("echo 'engines: [broken]' > /opt/engines/index.yml")
  await done(`cat > /opt/engines/b/broken.yml <<'X'\n${BROKEN}X`)
  await done('tar -C /usr/bin -c busybox | system-docker import - test/broken:1')
  await done('tar -C /usr/bin -c busybox | docker import - test/busybox:1')
  await done("ros config set rancher.repositories '{test: {url: /opt/engines}}' --wait 120")
  await done('docker run -d --name kept --restart unless-stopped -v data:/data test/busybox:1 /busybox sleep 100000')
  await done('docker run -d --name once test/busybox:1 /busybox sleep 100000')
  await done("docker exec kept /busybox sh -c 'echo before > /data/told'")
  const first = await kept()
  t.equal(
    await done('ros engine list'),
    'disabled broken\ndisabled docker-20.10\ncurrent  docker-26.1\ndisabled docker-28.5\n'
  )

  const failed = await tried('ros engine switch -f broken')
  t.equal(failed.code, 1)
  t.match(failed.text, /broken did not come up: .*no engine at all.*; User Docker is docker-26\.1 as before/)
  t.match(await done('ros config get rancher.docker.engine'), /^\n?$/, 'the document is as before')
  t.match(await done('docker version -f {{.Server.Version}}'), /^26\.1/)
  const second = await runsAgain('the old engine', first)

  test.preload()
  const went = await tried('ros engine switch -f docker-20.10')
  t.match(went, { code: 0, text: /^User Docker is docker-20\.10 \(20\.10\./ })
  t.match(await done('docker version -f {{.Server.Version}}'), /^20\.10\./)
  t.match(await done('ros engine list'), /^current {2}docker-20\.10$/m)
  const third = await runsAgain('docker-20.10', second)
  await done('docker run --rm test/busybox:1 /busybox true')

  await done('ros engine enable default')
  t.match(await done('ros engine list'), /^current {2}docker-20\.10\nenabled {2}docker-26\.1$/m)
  await done('ros wait --timeout 120')
  t.match(await done('docker version -f {{.Server.Version}}'), /^20\.10\./, 'it counts from the next boot on')
  t.match((await tried('ros engine switch -f default')).text, /^User Docker is docker-26\.1 \(26\.1/)
  await runsAgain('docker-26.1', third)
})

interface Kept {
  readonly Id: string
  readonly State: { readonly Running: boolean; readonly StartedAt: string }
}
