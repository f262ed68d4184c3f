// What repositories offer, kept up to date behind the machine's back: nothing ever waits for it, and what is here counts without it.
import { join } from 'node:path'
import { distinctUntilChanged, exhaustMap, map, Observable, type Subscription, switchMap, timer } from 'rxjs'
import { agentSettings } from '../core/agent-settings.ts'
import { asRosError } from '../core/errors.ts'
import { proxiesOf } from '../core/proxies.ts'
import { buildDocument, countingDefinitions } from '../document/build.ts'
import { type Asked, askedOf, partOf, repositoriesOf } from '../document/included.ts'
import type { Layer } from '../document/layers.ts'
import { soundTrees } from '../document/prepare.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import { writeAtomic } from '../document/write.ts'
import type { Host } from '../host/ports.ts'
import { fetchText } from '../repository/fetch.ts'
import type { Section } from '../repository/index.ts'
import { digestOf, type Pin, pinPath, pinText } from '../repository/pin.ts'
import { directoryOf, pinLayer, withPins } from '../repository/read.ts'
import { isDefinition, refresh, type RefreshParts } from '../repository/refresh.ts'
import type { Events } from './events.ts'
import { type Offered, offeredIn } from './offered.ts'
import type { RepositoryState, Store } from './store.ts'

export interface Catalogue {
  list(): Promise<{ readonly items: readonly Offered[]; readonly repositories: readonly RepositoryState[] }>
  /** Asks every repository in the network for what it has now; resolves when all have answered or failed. */
  refresh(signal: AbortSignal): Promise<void>
  /**
   * The definition that a repository, or an address, has of a name now, be it copied or not. null: it is the image's own, which is never
   * copied, or a file of this machine. A sentence says why there is none.
   */
  newest(section: Section, name: string, signal: AbortSignal): Promise<Pin | null | string>
  /** Keeps a copy, which counts from now on. */
  keep(pin: Pin): Promise<void>
  /** Keeps what is asked for up to date; to be called when the loop starts. */
  follow(): Subscription
}

export interface CatalogueParts {
  /** Stands before every path. */
  readonly root: string
  readonly host: Pick<Host, 'files' | 'log'>
  readonly layers: () => Promise<readonly Layer[]>
  /** The document in force. */
  readonly data: () => CloudConfig
  readonly store: Store
  readonly events: Pick<Events, 'add'>
  /** Called when there is something new to read. */
  readonly changed: () => void
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds before a second try, and from one round to the next; absent: those of a machine. */
  readonly pauses?: { readonly tryMs: number; readonly roundMs: number }
}

/** Milliseconds after which an answer is asked for again. */
const MAX_AGE = 86_400_000
/** Certificates of the machine. */
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'
const SILENT = 30_000

export function createCatalogue(parts: CatalogueParts): Catalogue {
  const { root, host, layers, data, store, events, changed, now } = parts
  const { tryMs, roundMs } = parts.pauses ?? { tryMs: 1_000, roundMs: 600_000 }
  const { files } = host
  const states = new Map<string, RepositoryState>()
  const retries = () => agentSettings(data()).httpLoadRetries

  const fetcher = (times: number): RefreshParts['fetch'] => {
    const proxies = Object.fromEntries(proxiesOf(data()))
    return async (url, etag, signal) => {
      const authorities = url.startsWith('https:') ? ((await files.read(AUTHORITIES)) ?? '') : ''
      return fetchText(url, { etag, proxies, authorities, retries: times, pauseMs: tryMs, silentMs: SILENT }, signal)
    }
  }
  const pinOf = (section: Section, name: string, from: string, text: string): Pin => {
    return { section, name, from, at: new Date(now()).toISOString(), sha256: digestOf(text), text }
  }
  const keep = (pin: Pin) => writeAtomic(join(root, pinPath(pin.section, pin.name)), pinText(pin))

  /** Repositories that are not on this machine. */
  const distant = () => [...repositoriesOf(data())].filter(([, url]) => directoryOf(url) === null)
  const stateOf = ([name, url]: readonly [string, string]): RepositoryState => {
    const known = states.get(name)
    return known?.url === url ? known : { name, url, at: null, error: null }
  }
  const tell = () => {
    const repositories = distant().map(stateOf)
    if (JSON.stringify(repositories) !== JSON.stringify(store.value.repositories)) store.next({ repositories })
  }

  /** Resolves with whether there is something new to read; what of it nobody asked for by hand is read at once, whoever else is silent. */
  const ask = async (
    wanted: readonly { readonly section: Section; readonly name: string }[],
    maxAgeMs: number,
    times: number,
    signal: AbortSignal
  ): Promise<boolean> => {
    const fetch = fetcher(times)
    const all = distant().map(async ([name, url]) => {
      const before = stateOf([name, url]).error
      // One that failed has not answered since: what is here of it being young says nothing.
      const wish = { name, url, wanted, maxAgeMs: before === null ? maxAgeMs : 0 }
      const done = await refresh({ root, files, fetch, now }, wish, signal)
      states.set(name, { name, url, at: done.at, error: done.error })
      if (done.changed && maxAgeMs > 0) changed()
      if (done.error !== null && done.error !== before) {
        const message = `repository ${name} (${url}) could not be read: ${done.error}; what is here of it counts`
        events.add({ type: 'Warning', reason: 'RepositoryUnreachable', message, key: null })
      }
      return done.changed
    })
    const some = await Promise.all(all)
    tell()
    return some.includes(true)
  }

  /** What the document names, and is here for the first time, is copied as if a person had enabled it. */
  const copyNew = async (asked: readonly Asked[], signal: AbortSignal): Promise<void> => {
    if (asked.length === 0) return
    const all = await layers()
    const each = asked.map(async ({ section, name }) => {
      const [first] = offersIn(all, section, name)
      const from = first?.offer?.from
      if (from === '' || (from === undefined ? !isAddress(name) : from === null)) return
      const found = isAddress(name) ? await fromAddress(section, name, signal) : copyOf(section, name, first)
      if (typeof found === 'string') {
        host.log('warn', { definition: name, why: found }, 'a definition could not be fetched')
        return
      }
      const why = faultOf(found, all)
      if (why !== null) {
        host.log('warn', { definition: name, why }, 'a definition is left out, and looked at again later')
        return
      }
      await keep(found)
      changed()
    })
    await Promise.all(each)
  }

  /** What keeps a definition from counting; no copy of it is taken, for it may be mended where it is from. */
  const faultOf = (pin: Pin, all: readonly Layer[]): string | null => {
    const { file, name } = pinLayer(join(root, pinPath(pin.section, pin.name)), pin)
    const next = withPins(all, [pin], root)
    if (countingDefinitions(next).some((layer) => layer.file === file)) return null
    const built = buildDocument(next)
    const problems = built.ok ? built.document.problems : built.problems
    return problems.find((one) => one.file === name)?.message ?? 'the document as it is written does not ask for it'
  }

  const copyOf = (section: Section, name: string, layer: Layer | undefined): Pin | string => {
    if (layer?.offer === undefined) return ''
    return pinOf(section, name, `${layer.offer.from ?? ''} ${layer.offer.url}`.trim(), layer.text)
  }

  const fromAddress = async (section: Section, name: string, signal: AbortSignal): Promise<Pin | string> => {
    try {
      const { text } = await fetcher(retries())(name, '', signal)
      return text !== null && isDefinition(text) ? pinOf(section, name, name, text) : 'it is no map of services'
    } catch (error) {
      signal.throwIfAborted()
      return asRosError(error).message
    }
  }

  const round = async (signal: AbortSignal) => {
    const { addresses = [], names = [] } = Object.groupBy(askedOf(data()), ({ name }) =>
      isAddress(name) ? 'addresses' : 'names'
    )
    const named = ask(names, MAX_AGE, retries(), signal).then(() => copyNew(names, signal))
    await Promise.all([named, copyNew(addresses, signal)])
  }

  return {
    keep,
    async list() {
      const all = await layers()
      // As the files say: what was written a moment ago may not be in force yet.
      const written = partOf(soundTrees(all))
      const unread = new Map(all.map(({ repository, unreadable = null }) => [repository, unreadable]))
      const repositories = [...repositoriesOf(written)].map((one): RepositoryState => {
        const state = stateOf(one)
        return { ...state, error: state.error ?? unread.get(one[0]) ?? null }
      })
      return { items: offeredIn(all, askedOf(written), written), repositories }
    },
    async refresh(signal) {
      if (await ask(askedOf(data()), 0, 0, signal)) changed()
    },
    async newest(section, name, signal) {
      if (isAddress(name)) return fromAddress(section, name, signal)
      if (offersIn(await layers(), section, name).some(({ offer }) => offer?.from === '' || offer?.section === null))
        return null
      if (name.startsWith('/')) return 'there is no such file'
      await ask([{ section, name }], 0, 0, signal)
      const theirs = offersIn(await layers(), section, name).find(({ offer }) => offer?.from !== null)
      return copyOf(section, name, theirs)
    },
    follow() {
      const documents = store.changes.pipe(
        map(({ observedGeneration }) => observedGeneration),
        distinctUntilChanged()
      )
      // A round may take longer than it is to the next one: only another document calls it off.
      return documents
        .pipe(switchMap(() => timer(0, roundMs).pipe(exhaustMap(() => inTime(round)))))
        .subscribe((done) => {
          if (done instanceof Error) host.log('warn', { error: done.message }, 'repositories were not looked at')
        })
    }
  }
}

/** One outcome; whoever leaves before calls it off. */
function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Observable<T | Error> {
  return new Observable((subscriber) => {
    const abort = new AbortController()
    const end = (outcome: T | Error) => {
      subscriber.next(outcome)
      subscriber.complete()
    }
    work(abort.signal).then(end, (error: unknown) => end(asRosError(error)))
    return () => abort.abort()
  })
}

/** The first counts. */
function offersIn(layers: readonly Layer[], section: Section, name: string): readonly Layer[] {
  return layers.filter(({ offer }) => offer?.name === name && (offer.section ?? section) === section)
}

function isAddress(name: string): boolean {
  return /^https?:\/\//.test(name)
}
