// Services from the saved file to running, next to the engine alone and to Debian's docker-compose on the same engine.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EngineRoom, type Heard, listen } from '../support/engine-room.ts'
import { median, milliseconds, type Table } from './figures.ts'
import { composeFile, documentOf, names, REF, services } from './reconcile-documents.ts'

const TIMES = 5
/** Services that are there all the time and must not be touched. */
const BASE = 10
const TEN = 10
/** Milliseconds after which nothing of the last change goes on. */
const QUIET = 1_000

/** Milliseconds of each time. */
type Times = readonly number[]

interface Measured {
  readonly nothing: Times
  readonly one: Times
  readonly ten: Times
  readonly recreated: Times
  readonly removed: Times
}

/** Needs REF in an archive on the machine. */
export async function changes(room: EngineRoom, say: (line: string) => void): Promise<Table[]> {
  const heard = await listen(room)
  try {
    const base = names('base', BASE)
    await room.save(documentOf({ services: services(base) }))
    await heard.all('start', base)
    await sleep(QUIET)
    await room.settled()
    say('the engine alone')
    const alone = { one: await bare(room, 1), ten: await bare(room, TEN) }
    say('rosd')
    const ours = await saved(room, heard)
    say('docker-compose')
    const theirs = await composed(room)
    return [engineTable(alone, ours), composeTable(ours, theirs)]
  } finally {
    heard.close()
  }
}

async function bare({ docker }: EngineRoom, count: number): Promise<Times> {
  const body = { Image: REF, Cmd: ['sleep', '1d'], StopSignal: 'SIGKILL', HostConfig: { NetworkMode: 'bridge' } }
  return repeated(async () => {
    const began = performance.now()
    const ids = await Promise.all(
      names('bare', count).map(async (name) => {
        const { Id } = await docker<{ Id: string }>('POST', `/containers/create?name=${name}`, body)
        await docker('POST', `/containers/${Id}/start`)
        return Id
      })
    )
    const took = performance.now() - began
    await Promise.all(ids.map((id) => docker('DELETE', `/containers/${id}?force=true`)))
    return took
  })
}

async function saved(room: EngineRoom, heard: Heard): Promise<Measured> {
  const base = names('base', BASE)
  const ten = names('new', TEN)
  /** Milliseconds from the saved file to the engine's last event, once `action` was told of `some`. */
  const change = async (all: readonly string[], word: string, action: string, some: readonly string[]) => {
    heard.forget()
    const text = documentOf({ services: [...services(base), ...services(all, word)] })
    const began = performance.now()
    await room.save(text)
    await heard.all(action, some)
    await sleep(QUIET)
    await room.settled()
    return heard.last() - began
  }
  const nothing = await repeated(() => room.pass())
  const one = await repeated(async () => {
    const took = await change(['new0'], 'a', 'start', ['new0'])
    await change([], 'a', 'destroy', ['new0'])
    return took
  })
  const [tens, recreated, removed] = [[] as number[], [] as number[], [] as number[]]
  for (let i = 0; i < TIMES; i++) {
    tens.push(await change(ten, 'a', 'start', ten))
    // Made under another name first.
    recreated.push(await change(ten, 'b', 'rename', ten))
    removed.push(await change([], 'b', 'destroy', ten))
  }
  await room.save(documentOf({ services: [] }))
  await heard.all('destroy', base)
  await room.settled()
  return { nothing, one, ten: tens, recreated, removed }
}

async function composed(room: EngineRoom): Promise<Measured> {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-compose-'))
  const base = names('cbase', BASE)
  const ten = names('cnew', TEN)
  const up = async (all: readonly string[], word = 'a') => {
    writeFileSync(join(dir, 'docker-compose.yml'), composeFile([...services(base), ...services(all, word)]))
    const began = performance.now()
    // docker-compose 1.29 stumbles over what newer engines say of an image unless it asks for an older API.
    const settings = { COMPOSE_PROJECT_NAME: 'bench', COMPOSE_API_VERSION: '1.44', COMPOSE_HTTP_TIMEOUT: '300' }
    const { status, stderr } = spawnSync('docker-compose', ['up', '-d', '--remove-orphans'], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, ...settings, DOCKER_HOST: `unix://${room.at('/run/docker.sock')}` }
    })
    const took = performance.now() - began
    if (status !== 0) throw new Error(`docker-compose up ended with ${status}: ${stderr}`)
    await sleep(QUIET)
    return took
  }
  try {
    await up([])
    const nothing = await repeated(() => up([]))
    const one = await repeated(async () => {
      const took = await up(['cnew0'])
      await up([])
      return took
    })
    const [tens, recreated, removed] = [[] as number[], [] as number[], [] as number[]]
    for (let i = 0; i < TIMES; i++) {
      tens.push(await up(ten))
      recreated.push(await up(ten, 'b'))
      removed.push(await up([]))
    }
    const left = await room.docker<{ Id: string }[]>('GET', '/containers/json?all=true')
    await Promise.all(left.map(({ Id }) => room.docker('DELETE', `/containers/${Id}?force=true`)))
    return { nothing, one, ten: tens, recreated, removed }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The first time counts for nothing: caches are empty. */
async function repeated(measure: () => Promise<number>): Promise<Times> {
  await measure()
  const times: number[] = []
  for (let i = 0; i < TIMES; i++) {
    times.push(await measure())
    await sleep(QUIET)
  }
  return times
}

function engineTable(alone: Pick<Measured, 'one' | 'ten'>, ours: Measured): Table {
  const row = (what: string, bareTimes: Times, times: Times) => [
    what,
    milliseconds(median(bareTimes)),
    milliseconds(median(times)),
    (median(times) / median(bareTimes)).toFixed(2)
  ]
  return {
    title: `New services beside ${BASE} others, medians of ${TIMES}`,
    rows: [
      ['', 'the engine alone', 'from the saved file to running', 'ratio'],
      row('one', alone.one, ours.one),
      row('ten at once', alone.ten, ours.ten)
    ],
    note: 'The engine alone: create and start through its API, all at once.'
  }
}

function composeTable(ours: Measured, theirs: Measured): Table {
  const row = (what: string, key: keyof Measured) => [
    what,
    milliseconds(median(ours[key])),
    milliseconds(median(theirs[key])),
    (median(theirs[key]) / median(ours[key])).toFixed(1)
  ]
  return {
    title: `The same services on the same engine, medians of ${TIMES}`,
    rows: [
      ['', 'rosd', 'docker-compose up -d', 'times as fast'],
      row('nothing to do', 'nothing'),
      row('one new', 'one'),
      row('ten new', 'ten'),
      row('ten made anew', 'recreated'),
      row('ten removed', 'removed')
    ],
    note: 'rosd: from the saved file to the engine’s last event; nothing to do: a pass over everything. docker-compose: from its start to its end. The agent runs meanwhile and looks at the engine after each of its events.'
  }
}
