import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { check } from '../../src/document/check.ts'
import { OURS } from '../../src/document/checks/targets.ts'
import type { Layer } from '../../src/document/layers.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { built, layer, problemsOf, user } from './support.ts'

const root = new URL('../../', import.meta.url)
const image = readFileSync(new URL('rootfs/usr/share/ros/os-config.yml', root), 'utf8')

t.test("the image's own document and every example draw no complaint, alone and together", async (t) => {
  const found = (...layers: readonly Layer[]) => [...check(built(...layers).data)].map(({ message }) => message)
  t.same(found(layer('image', image)), [])
  const examples = readdirSync(new URL('examples/', root)).filter((name) => name.endsWith('.yml'))
  t.ok(examples.length > 0)
  for (const name of examples) {
    const text = readFileSync(new URL(`examples/${name}`, root), 'utf8')
    t.same(found(layer('user', text)), [], name)
    t.same(found(layer('image', image), layer('user', text)), [], `${name} over the image`)
  }
})

t.test("the image's services are known by name where its document is not at hand", async (t) => {
  t.strictSame([...OURS].toSorted(), Object.keys(built(layer('image', image)).data.rancher?.services ?? {}).toSorted())
})

t.test('all problems of a document are told at once, each at its layer', async (t) => {
  const found = problemsOf(
    layer('conf', '#cloud-config\nrancher: {services: {web: {image: nginx, ports: ["80:80"]}}}\n'),
    user('rancher:\n  sysctl: {swappiness: 1}\n  services: {api: {image: Api, ports: ["80:80"], links: [wbe]}}\n')
  )
  t.same(
    found.map(({ code, file }) => `${file} ${code}`),
    [
      'cloud-config.yml ROS_DOC_TARGET',
      'cloud-config.yml ROS_DOC_IMAGE_REFERENCE',
      'cloud-config.yml ROS_DOC_PORT_TAKEN',
      'cloud-config.yml ROS_DOC_NOTATION'
    ]
  )
})

t.test('of very many findings the first are told, and that there are more', async (t) => {
  const many = (name: string) => Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`s${at}`, { image: name }]))
  const found = [...check({ rancher: { services: many('Nginx') } })]
  t.equal(found.length, 201)
  t.match(found.at(-1), { code: 'ROS_DOC_MORE', severity: 'error', message: '100 more problems are not told' })
  const warned = [...check({ rancher: { services: many('${NOWHERE}') } })]
  t.match(warned.at(-1), { code: 'ROS_DOC_MORE', severity: 'warning' }, 'warnings that are not told refuse nothing')
})

/** Milliseconds that the checks of a document take, the best of three. */
function time(data: CloudConfig): number {
  const runs = Array.from({ length: 3 }, () => {
    const start = performance.now()
    for (const _finding of check(data));
    return performance.now() - start
  })
  return Math.min(...runs)
}

t.test('the checks take no longer for each of many than for each of few', async (t) => {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)
  const shapes: Readonly<Record<string, (count: number) => CloudConfig>> = {
    services: (count) => ({
      rancher: {
        services: Object.fromEntries(
          numbers(count).map((at) => [
            `service-${at}`,
            {
              image: `registry.example.org/group/service:${at}`,
              ports: [`${10_000 + at}:80`],
              volumes: [`/srv/${at}:/data:ro`],
              links: [`service-${at + 1 < count ? at + 1 : 'none'}`],
              labels: { 'io.rancher.os.after': `service-${(at * 7) % count}` },
              mem_limit: '64m'
            }
          ])
        )
      }
    }),
    interfaces: (count) => ({
      rancher: {
        network: {
          interfaces: Object.fromEntries(
            numbers(count).map((at) => [
              `eth${at}`,
              {
                addresses: [`10.${at >> 8}.${at & 255}.2/24`, `fd00:${at.toString(16)}::2/64`],
                gateway: `10.${at >> 8}.${at & 255}.1`,
                metric: at + 1,
                vlans: '100,200'
              }
            ])
          )
        }
      }
    }),
    files: (count) => ({
      write_files: numbers(count).map((at) => ({ path: `/etc/a/b/c/${at}`, container: `no-${at}` }))
    }),
    mounts: (count) => ({ mounts: numbers(count).map((at) => [`/mnt/${at + 1}/a`, `/mnt/${at}`, 'none', 'bind']) }),
    knots: (count) => ({
      rancher: {
        services: Object.fromEntries(
          numbers(count).map((at) => [
            `s${at}`,
            { image: 'x', labels: { 'io.rancher.os.after': `s${(at + 1) % count},s${(at * 31) % count}` } }
          ])
        )
      }
    })
  }
  // Twenty times as many: what looks at all for each of them takes twenty times as long for each. Garbage costs a little too.
  for (const [name, shape] of Object.entries(shapes)) {
    const few = time(shape(250)) / 250
    const many = time(shape(5000)) / 5000
    t.ok(many < few * 10, `${name}: ${(many * 1000).toFixed(1)} us for each of 5000, ${(few * 1000).toFixed(1)} of 250`)
  }
})
