// FILE [TIMES]: builds the document over the image's own and asks every kind what it wants of it. With TIMES, as an agent
// that gets one new version of the file after another. Prints how many wants there are and the milliseconds of each time.
import { readFileSync } from 'node:fs'
import type { Facts } from '../../src/core/kind.ts'
import { buildDocument } from '../../src/document/build.ts'
import { placeOf } from '../../src/document/document.ts'
import { showProblems } from '../../src/document/problem.ts'
import { kinds } from '../../src/kinds/index.ts'

const [file = '', times = '1'] = process.argv.slice(2)
const image = readFileSync('rootfs/usr/share/ros/os-config.yml', 'utf8')
const text = readFileSync(file, 'utf8')

const milliseconds: number[] = []
let wants = 0
for (let time = 0; time < Number(times); time++) {
  const began = performance.now()
  wants = countWants(`${text}# version ${time}\n`)
  milliseconds.push(performance.now() - began)
}
process.stdout.write(JSON.stringify({ wants, milliseconds }))

function countWants(version: string): number {
  const built = buildDocument([
    { name: 'os-config.yml', file: '/os-config.yml', kind: 'image', text: image },
    { name: 'cloud-config.yml', file, kind: 'user', text: version }
  ])
  if (!built.ok) throw new Error(showProblems(built.problems))
  const { document } = built
  const { data } = document
  const names = Object.keys(data.rancher?.network?.interfaces ?? {})
  const facts: Facts = {
    links: names.map((name, i) => ({ name, mac: `02:00:00:00:${hex(i >> 8)}:${hex(i & 255)}`, kind: '' })),
    version: '1',
    kernel: '6.12',
    namespaces: false,
    stopped: [],
    shipped: {}
  }
  const from = (path: readonly (string | number)[]): string =>
    `${placeOf(document, path.map(String))} ${path.join('.')}`
  let count = 0
  for (const kind of kinds.values()) for (const _ of kind.want({ data, facts, from })) count++
  return count
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
