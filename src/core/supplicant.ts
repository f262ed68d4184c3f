// wpa_supplicant as the agent sees it: where its files lie, how it is asked by wpa_cli, and what it answers.
import type { Host } from '../host/ports.ts'

/** Configurations, numbers of processes, and the sockets by which wpa_cli hears the answer. Containers share it. */
export const WIFI = '/run/ros/wifi'
/** Where wpa_cli(8) looks for wpa_supplicant by itself. */
export const CONTROL = '/run/wpa_supplicant'

/** Milliseconds for an answer, which comes at once or not at all. */
const ANSWER = 3_000

/** What the supplicant of a link answers to a word of wpa_cli(8); nothing where nobody answers. */
export async function ask(host: Pick<Host, 'runner'>, dev: string, word: string): Promise<string> {
  const argv = ['wpa_cli', '-p', CONTROL, '-s', WIFI, '-i', dev, word]
  // One that hangs is killed, which rejects.
  const said = await host.runner.run(argv, { check: false, timeoutMs: ANSWER }).catch(() => null)
  return said?.code === 0 ? said.stdout : ''
}

/** What wpa_supplicant says of a link. */
export interface WifiState {
  /** In its words: `COMPLETED`, `SCANNING`, `4WAY_HANDSHAKE`, `INTERFACE_DISABLED` …; empty: it did not answer. */
  readonly state: string
  /** Name of the network it has joined or is joining; null: none. */
  readonly network: string | null
  /** MAC address of the access point. */
  readonly bssid: string | null
  /** MHz. */
  readonly frequency: number | null
  readonly keyManagement: string | null
}

/** Of the answer to `status`. */
export function stateOf(answer: string): WifiState {
  const said = pairs(answer)
  return {
    state: said.get('wpa_state') ?? '',
    network: said.get('ssid') ?? null,
    bssid: said.get('bssid') ?? null,
    frequency: number(said.get('freq')),
    keyManagement: said.get('key_mgmt') ?? null
  }
}

/** dBm, of the answer to `signal_poll`; null: it has joined nothing, or the driver does not say. */
export function signalOf(answer: string): number | null {
  return number(pairs(answer).get('RSSI'))
}

/** Names of networks it tries no more for a while, of the answer to `list_networks`: as a rule they refused the key. */
export function refusedBy(answer: string): readonly string[] {
  return rows(answer).flatMap(([, name = '', , flags = '']) => (flags.includes('[TEMP-DISABLED]') ? [name] : []))
}

/** Names of networks in reach, of the answer to `scan_results`. */
export function inReach(answer: string): readonly string[] {
  return rows(answer).flatMap(([, , , , name = '']) => (name === '' ? [] : [name]))
}

/** A name as wpa_cli prints it: what is not plain ASCII is escaped. */
export function printed(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => {
      const char = String.fromCharCode(byte)
      if (char === '"' || char === '\\') return `\\${char}`
      return byte >= 0x20 && byte < 0x7f ? char : `\\x${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}

function pairs(answer: string): ReadonlyMap<string, string> {
  return new Map(
    answer.split('\n').flatMap((line) => {
      const at = line.indexOf('=')
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const]
    })
  )
}

/** Fields between tabs, without the line that names them. */
function rows(answer: string): readonly (readonly string[])[] {
  return answer
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length > 1)
}

function number(text: string | undefined): number | null {
  const value = Number(text)
  return text === undefined || text === '' || !Number.isFinite(value) ? null : value
}
