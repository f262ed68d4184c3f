// The console where its image is a distribution's own (decision 0031): the definition of the document, with what lets the machine's
// sshd, getty and commands work in it. Pure.
import type { HeldConsole } from '../core/held-console.ts'
import { CONSOLE } from '../core/write-files.ts'
import type { CloudConfig, Service } from '../document/types.gen.ts'
import { isSystem, labelOf } from './service.ts'

/** Label that says which console a container is. */
export const CONSOLE_LABEL = 'io.rancher.os.console'
/** The console of the image itself: fresh at each boot. */
export const DEFAULT_CONSOLE = 'default'

/** Images of the system's own: empty skeletons over the machine's /usr. */
const OWN = 'rosd/'
/** What the system's own console runs; who says another command brings a console of their own making. */
const OWN_COMMAND = '/usr/lib/rosd/services/console'
const TREE = '/.rosd'
const BUSYBOX = `${TREE}/usr/bin/busybox`
const SCRIPT = `${TREE}${OWN_COMMAND}-of-image`
/** Volume containers that would cover the image's own folders. */
const COVERING: ReadonlySet<string> = new Set(['all-volumes', 'command-volumes', 'system-volumes'])

/** The document with its console as the container has to be made; as it is where that is the image's own. */
export function withConsole(data: CloudConfig, held: HeldConsole | null = null): CloudConfig {
  const { rancher } = data
  const said = rancher?.services?.[CONSOLE]
  const service = held?.enabled === chosenConsole(data) ? held.service : consoleOf(data)
  if (service === undefined) return data
  const made = isOfImage(service) ? ofImage(service) : service
  return made === said
    ? data
    : { ...data, rancher: { ...rancher, services: { ...rancher?.services, [CONSOLE]: made } } }
}

/** The console the document asks for. */
export function chosenConsole({ rancher }: CloudConfig): string {
  return rancher?.console ?? DEFAULT_CONSOLE
}

/** `rancher.console` may name an image: `alpine:3.22`, `registry.lan/console`. Paths and addresses are of definitions. */
export function isImageName(console: string): boolean {
  return /[:/]/.test(console) && !/^(\/|https?:\/\/)/.test(console)
}

/** What the document says of its console, by definition or by the name of an image; undefined: it has none. */
export function consoleOf(data: CloudConfig): Service | undefined {
  const said = data.rancher?.services?.[CONSOLE]
  const name = chosenConsole(data)
  if (said === undefined || !isImageName(name)) return said
  return { ...said, image: name, labels: { ...said.labels, [CONSOLE_LABEL]: name } }
}

/** The name of a console: what its label says, else its image. */
export function consoleName(service: Service): string {
  const { image = '' } = service
  const label = labelOf(service, CONSOLE_LABEL)
  if (image.startsWith(OWN)) return label ?? DEFAULT_CONSOLE
  return label === undefined || label === DEFAULT_CONSOLE ? image : label
}

/**
 * What a persistent console's identity is, for its hash; null: the service is none. It is made anew for another name or image
 * only: what it holds would be lost otherwise (RancherOS: only for another label).
 */
export function lastingIdentity(service: Service): { readonly console: string; readonly image: string } | null {
  const { entrypoint, image = '' } = service
  if (!Array.isArray(entrypoint) || entrypoint[2] !== SCRIPT) return null
  return { console: consoleName(service), image }
}

function isOfImage(service: Service): boolean {
  const { image = '', command, entrypoint } = service
  const own = Array.isArray(command) ? command[0] : command
  return isSystem(service) && image !== '' && !image.startsWith(OWN) && own === OWN_COMMAND && entrypoint === undefined
}

function ofImage(service: Service): Service {
  const { labels = {}, volumes = [], volumes_from: lenders = [] } = service
  const { 'io.docker.compose.rebuild': _always, ...rest } = labels
  const name = consoleName(service)
  const lent = lenders.filter((lender) => !COVERING.has(lender.split(':', 1)[0] ?? ''))
  return {
    ...service,
    // The image's own user, folder and command are for what it was made for.
    user: '0',
    working_dir: '/',
    entrypoint: [BUSYBOX, 'sh', SCRIPT],
    command: [name],
    labels: { ...rest, [CONSOLE_LABEL]: name },
    volumes: [...volumes, ...MACHINE],
    volumes_from: lenders.includes('all-volumes') ? [...lent, ...SHARED.filter((one) => !lent.includes(one))] : lent,
    // It has to let people in: else the console before it goes on (the gate of a replacement).
    healthcheck: {
      test: ['CMD', BUSYBOX, 'sh', `${SCRIPT}-ready`],
      interval: '5m',
      timeout: '15s',
      start_period: '60s',
      start_interval: '1s',
      retries: 1,
      ...service.healthcheck
    }
  }
}

/** The machine as the console's script grafts it on, and what every console shares with it (RancherOS: system-volumes). */
const MACHINE = [
  `/usr:${TREE}/usr:ro`,
  `/etc:${TREE}/machine/etc`,
  '/dev:/dev',
  '/run:/run:rshared',
  '/usr/lib/modules:/lib/modules:ro',
  '/var/lib/rancher:/var/lib/rancher',
  '/var/log:/var/log'
]
const SHARED = ['container-data-volumes', 'user-volumes', 'media-volumes']
