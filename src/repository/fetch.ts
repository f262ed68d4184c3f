// One text from an address in the network. It goes through the proxies of the document, and is tried again where that can help.
import { setTimeout as sleep } from 'node:timers/promises'

export interface FetchOptions {
  /** The version that is here: it is not sent again. Empty: none is. */
  readonly etag: string
  /** `http_proxy` and its like, in any spelling. */
  readonly proxies: Readonly<Record<string, string>>
  /** Certificates of authorities in PEM; empty: those Node.js knows. */
  readonly authorities: string
  /** How often it is tried again after the first time. */
  readonly retries: number
  /** Before the first of these; each further pause is twice as long, up to half a minute. */
  readonly pauseMs: number
  /** Without a byte for so long it counts as cut off. */
  readonly silentMs: number
}

/** `text` null: the version that is here is the newest. */
export interface Fetched {
  readonly text: string | null
  readonly etag: string
}

/** Why there is no text, as a sentence without the address, and whether another try may do better. */
export class FetchError extends Error {
  readonly again: boolean

  constructor(message: string, again: boolean) {
    super(message)
    this.name = 'FetchError'
    this.again = again
  }
}

/** Indices and definitions are a few kB. */
const LARGEST = 1 << 20
const REDIRECTS = 5
const LONGEST_PAUSE = 30_000
const CUT = 'the connection was cut off'

export async function fetchText(url: string, options: FetchOptions, signal: AbortSignal): Promise<Fetched> {
  for (let tried = 0; ; tried++) {
    try {
      return await once(url, options, signal, REDIRECTS)
    } catch (error) {
      if (!(error instanceof FetchError) || !error.again || tried >= options.retries) throw error
      await sleep(Math.min(options.pauseMs * 2 ** tried, LONGEST_PAUSE), undefined, { signal })
    }
  }
}

async function once(url: string, options: FetchOptions, signal: AbortSignal, redirects: number): Promise<Fetched> {
  const { location, ...fetched } = await ask(url, options, signal)
  if (location === null) return fetched
  if (redirects === 0) throw new FetchError(`more than ${REDIRECTS} redirects`, false)
  const next = new URL(location, url)
  if (!/^https?:$/.test(next.protocol) || (url.startsWith('https:') && next.protocol !== 'https:'))
    throw new FetchError(`redirected to ${next.protocol}//, which is not followed`, false)
  return once(next.href, options, signal, redirects - 1)
}

function ask(
  url: string,
  { etag, proxies, authorities, silentMs }: FetchOptions,
  signal: AbortSignal
): Promise<Fetched & { readonly location: string | null }> {
  const secure = url.startsWith('https:')
  // Not imported: an ESM import of them loads undici too.
  const { request, Agent } = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
  const agent = new Agent({ proxyEnv: proxies, ...(authorities === '' ? {} : { ca: authorities }) })
  return new Promise((resolve, reject) => {
    const fail = (message: string, again: boolean) => reject(new FetchError(message, again))
    const headers = { accept: 'text/plain, */*', ...(etag === '' ? {} : { 'if-none-match': etag }) }
    const asked = request(url, { agent, headers, signal, timeout: silentMs }, (answer) => {
      const { statusCode: status = 0, headers: said } = answer
      const version = said.etag ?? ''
      if (status === 304 && etag !== '') {
        answer.resume()
        return resolve({ text: null, etag: version || etag, location: null })
      }
      if (status >= 300 && status < 400 && said.location !== undefined) {
        answer.resume()
        return resolve({ text: null, etag: version, location: said.location })
      }
      if (status !== 200) {
        answer.resume()
        return fail(`the server answers ${status}`, status >= 500 || status === 429 || status === 408)
      }
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        parts.push(part)
        size += part.length
        if (size <= LARGEST) return
        fail(`more than ${LARGEST >> 10} kB`, false)
        asked.destroy()
      })
      answer.on('end', () => resolve({ text: Buffer.concat(parts).toString('utf8'), etag: version, location: null }))
      // A length that was promised, or the last chunk, did not come.
      answer.on('error', () => fail(CUT, true))
    })
    asked.on('timeout', () => asked.destroy(new Error(`silent for ${silentMs / 1000} s`)))
    asked.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(error)
      else fail(error.code === 'ECONNRESET' ? CUT : error.message, true)
    })
    asked.end()
  }).finally(() => agent.destroy()) as Promise<Fetched & { readonly location: string | null }>
}
