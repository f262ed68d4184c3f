// JSON Schemas of the API's bodies, for its OpenAPI document. They describe; requests are checked by hand where they are read.
import { KIND_ORDER, MACHINE_CONDITIONS, RESOURCE_CONDITIONS } from '../core/condition.ts'
import type { JsonSchema } from './route.ts'

const string: JsonSchema = { type: 'string' }
const integer: JsonSchema = { type: 'integer' }
const boolean: JsonSchema = { type: 'boolean' }

function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: 'object', required: Object.keys(properties).filter((name) => !optional.includes(name)), properties }
}

function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items }
}

function among(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values }
}

/** A reference to one of `schemas` below. */
export function ref(name: keyof typeof schemas): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

const key: JsonSchema = { type: 'string', description: `kind/name; kinds: ${KIND_ORDER.join(', ')}` }
const document = object({
  hash: { ...string, description: 'of the document in force' },
  problems: list({ $ref: '#/components/schemas/Problem' }),
  complaint: { ...string, description: 'the problems as people read them; empty when the newest text is in force' },
  warnings: list({ $ref: '#/components/schemas/Problem' }),
  pending: list(object({ key: string, applies: among('reboot'), place: string }))
})
const conditionsAmong = (types: readonly string[]) =>
  list(
    object({
      type: among(...types),
      status: among('True', 'False', 'Unknown'),
      reason: string,
      message: string,
      lastTransitionTime: { type: 'string', format: 'date-time' }
    })
  )
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })
const paused = object({ reason: string, at: string, until: { type: ['string', 'null'] } })
const repositories: JsonSchema = {
  ...list(
    object({
      name: string,
      url: string,
      at: { type: ['string', 'null'], description: 'when its index was last known to be the newest' },
      error: { type: ['string', 'null'], description: 'why not all of it could be read' }
    })
  ),
  description: 'repositories of the document that are not on this machine'
}
const machine = {
  conditions: conditionsAmong(MACHINE_CONDITIONS),
  confirm: orNull(object({ generation: integer, back: integer, secondsLeft: integer, inForce: boolean })),
  paused: orNull(paused),
  metrics: orNull(object({ listen: string, error: { type: ['string', 'null'] } })),
  repositories
}
const path = object({
  client: { ...string, description: 'address the ssh session comes from; empty: not known' },
  links: list(object({ name: string, mac: string, kind: string })),
  via: { type: ['string', 'null'], description: 'the router on the way' },
  to: { ...string, description: 'prefix of the route back' }
})
const trial: JsonSchema = {
  ...orNull(object({ seconds: integer, back: integer, path: orNull(path) })),
  description:
    'within what time it has to be confirmed, and the generation that is restored otherwise; null: it need not be'
}
const service = {
  name: string,
  scope: among('system', 'user'),
  builtIn: boolean,
  enabled: boolean,
  image: string,
  state: string,
  status: string,
  id: string,
  run: {
    ...orNull(
      object({
        last: orNull(
          object({
            started: string,
            ended: { type: ['string', 'null'] },
            exitCode: { type: ['integer', 'null'] }
          })
        ),
        next: { type: ['string', 'null'], description: 'null: never again' }
      })
    ),
    description: 'of a service that is started at set times (cron.schedule); null: it is not'
  }
}
const outcome: JsonSchema = {
  anyOf: [
    object({ is: among('open') }),
    object({ is: among('settled'), ms: { type: ['integer', 'null'] } }),
    object({ is: among('failed', 'rolled back'), message: string }),
    object({ is: among('superseded'), by: integer })
  ]
}
const summary = {
  generation: integer,
  at: { type: 'string', format: 'date-time' },
  by: object(
    {
      how: among('boot', 'file', 'api', 'undo', 'rollback'),
      who: string,
      why: string,
      repeats: integer,
      confirm: integer,
      proves: object({ seconds: integer, keys: list(string) }),
      path
    },
    ['repeats', 'confirm', 'proves', 'path']
  ),
  repeats: { ...integer, description: 'the generation whose files it repeats' },
  changed: list(string),
  more: { ...integer, description: 'changes that `changed` does not name' },
  outcome,
  unwell: { ...list(string), description: 'what had failed when the next one came' }
} as const
const facts = { revision: integer, generation: integer, observedGeneration: integer, settled: boolean }
const phase = among('Ready', 'Progressing', 'Degraded')
const status: JsonSchema = { $ref: '#/components/schemas/Resource' }

export const schemas = {
  State: object({ ...facts, phase, ...machine, document, resources: { type: 'object', additionalProperties: status } }),
  Status: object({
    ...facts,
    phase,
    ...machine,
    document,
    counts: object({ resources: integer, ready: integer }),
    notReady: list(status)
  }),
  Resource: object(
    {
      key,
      from: { ...string, description: 'file:line:column and path that asks for it' },
      observedGeneration: integer,
      conditions: conditionsAmong(RESOURCE_CONDITIONS),
      seen: { description: 'what the machine has; null: nothing' },
      lastAction: object({ id: string, verb: string, why: string, at: string, ms: integer })
    },
    ['lastAction']
  ),
  Resources: object({ items: list(status) }),
  Plan: object({
    actions: list(
      object({
        id: string,
        key,
        verb: among('create', 'update', 'replace', 'delete'),
        why: string,
        place: string,
        after: list(string),
        disturbs: object({ is: among('nothing', 'restart', 'interrupt', 'reboot'), what: string }),
        irreversible: { type: ['string', 'null'] },
        fields: list(object({ field: string, from: {}, to: {} }, ['from', 'to']))
      })
    ),
    waiting: list(object({ key, on: key, message: string })),
    left: list(
      object({
        key,
        verb: among('create', 'update', 'replace', 'delete'),
        why: string,
        reason: among('Paused', 'Reported', 'Frozen'),
        message: string
      })
    ),
    hash: string
  }),
  Problem: object({
    code: string,
    severity: among('error', 'warning', 'note'),
    file: string,
    line: integer,
    column: integer,
    key: string,
    message: string,
    expected: string,
    fix: string,
    source: string,
    caret: string
  }),
  Value: object({
    key: string,
    value: {},
    text: { ...string, description: 'as `ros config get` prints it' },
    place: { ...string, description: 'file:line:column of the value that decided; empty when nothing sets it' },
    origins: list({ $ref: '#/components/schemas/Origin' })
  }),
  Origin: object({
    key: string,
    layer: { ...string, description: 'what people call it: cloud-config.yml, kernel command line' },
    file: string,
    kind: among(
      'image',
      'repository',
      'definition',
      'oem',
      'lease',
      'machine',
      'conf',
      'user',
      'metadata',
      'cmdline',
      'arguments'
    ),
    place: { ...string, description: 'file:line:column' },
    value: {},
    taken: { ...boolean, description: 'null there takes away what the layers below say' },
    counts: { ...boolean, description: 'it is the value; the others of the key are overridden' }
  }),
  Change: object(
    {
      op: among('add', 'replace', 'remove'),
      path: string,
      from: {},
      to: {},
      applies: { ...string, description: 'what it needs before it counts: live, restart NAME, reboot' }
    },
    ['from', 'to']
  ),
  UserDocument: object({ path: string, hash: string, text: string }),
  Changed: object(
    {
      hash: { ...string, description: 'of the user document as it is now; the ETag' },
      changes: list({ $ref: '#/components/schemas/Change' }),
      warnings: list({ $ref: '#/components/schemas/Problem' }),
      beneath: {
        anyOf: [{ $ref: '#/components/schemas/Origin' }, { type: 'null' }],
        description: 'of a key that was unset: what another layer says of it'
      },
      trial,
      settled: boolean,
      status: { $ref: '#/components/schemas/Status' }
    },
    ['beneath', 'settled', 'status']
  ),
  Validation: object({
    valid: boolean,
    problems: list({ $ref: '#/components/schemas/Problem' }),
    changes: list({ $ref: '#/components/schemas/Change' })
  }),
  Waited: object({
    met: boolean,
    open: { ...list(string), description: 'what is still missing, in words' },
    status: { $ref: '#/components/schemas/Status' }
  }),
  History: object({ items: list(object(summary, ['repeats'])) }),
  Generation: object(
    {
      ...summary,
      hash: string,
      changes: list({ $ref: '#/components/schemas/Change' }),
      plan: orNull({ $ref: '#/components/schemas/Plan' }),
      files: list(object({ name: string, text: string }))
    },
    ['repeats']
  ),
  Difference: object({ from: integer, to: integer, changes: list({ $ref: '#/components/schemas/Change' }) }),
  Applied: object(
    {
      generation: integer,
      plan: { $ref: '#/components/schemas/Plan' },
      to: { ...integer, description: 'of an undo: the generation gone back to' },
      trial,
      settled: boolean,
      status: { $ref: '#/components/schemas/Status' }
    },
    ['to', 'settled', 'status']
  ),
  Confirmed: object({ generation: integer }),
  Reconciled: object({ settled: boolean, status: { $ref: '#/components/schemas/Status' } }),
  Event: object({
    rev: integer,
    at: { type: 'string', format: 'date-time' },
    type: among('Normal', 'Warning'),
    reason: string,
    message: string,
    key: { anyOf: [key, { type: 'null' }] }
  }),
  Network: object({
    links: list(
      object({
        name: string,
        kind: { ...string, description: 'empty for hardware' },
        driver: { ...string, description: 'of hardware; empty: none' },
        pci: { ...string, description: 'where hardware sits on a PCI bus; empty: on none' },
        up: boolean,
        carrier: boolean,
        mtu: integer,
        mac: string,
        master: { ...string, description: 'the bridge, bond or VRF it belongs to; empty: none' },
        on: { ...string, description: 'the link it stands on; empty: none' },
        speed: { type: ['integer', 'null'], description: 'megabits a second, where the card tells' },
        from: { type: ['string', 'null'], description: 'place in the document that asks for it' }
      })
    ),
    wifi: list(
      object({
        dev: string,
        state: { ...string, description: "wpa_supplicant's word, COMPLETED once it has joined; empty: no answer" },
        network: { type: ['string', 'null'], description: 'name of the network it has joined or is joining' },
        bssid: { type: ['string', 'null'] },
        frequency: { type: ['integer', 'null'], description: 'MHz' },
        signal: { type: ['integer', 'null'], description: 'dBm' },
        keyManagement: { type: ['string', 'null'] }
      })
    ),
    addresses: list(
      object({
        dev: string,
        cidr: string,
        origin: among('document', 'DHCP', 'RA', 'kernel', 'others'),
        state: among('usable', 'tentative', 'duplicate')
      })
    ),
    rules: list(object({ family: integer, rule: string, from: string })),
    routes: list(
      object({
        to: string,
        family: integer,
        via: { type: ['string', 'null'] },
        dev: string,
        metric: { type: ['integer', 'null'] },
        table: integer,
        origin: { ...string, description: 'document, DHCP, RA, kernel or others' }
      })
    ),
    dns: object({
      nameservers: list(object({ address: string, from: { type: ['string', 'null'] } })),
      search: list(string),
      options: list(string)
    }),
    leases: list({ type: 'object', description: 'one lease of DHCP, with its times' }),
    notReady: list(object({ key, reason: string, message: string })),
    path: { ...orNull(path), description: 'over what the ssh session of the asker came; null: over no network' }
  }),
  LinkExplained: object({
    name: string,
    present: boolean,
    mac: string,
    kind: string,
    entries: list(object({ key: string, selects: string, wins: boolean, why: string, place: string })),
    keys: list({ $ref: '#/components/schemas/Origin' }),
    resources: list(object({ key, ready: string, reason: string, message: string }))
  }),
  Service: object(service),
  ServiceDetail: object({
    ...service,
    definition: { type: 'object', description: 'as the document in force has it; secrets are left out' },
    places: { ...list(string), description: 'file:line:column of all that is said of it, what wins first' },
    needs: { ...list(key), description: 'what it waits for' },
    conditions: machine.conditions
  }),
  PulledImage: object({
    name: string,
    image: string,
    before: { type: ['string', 'null'], description: 'id; null: it was not there' },
    after: { type: ['string', 'null'], description: 'id' }
  }),
  Services: object({ items: list({ $ref: '#/components/schemas/Service' }) }),
  Consoles: object({
    items: list(
      object({
        name: string,
        state: {
          ...among('current', 'enabled', 'disabled'),
          description: 'current: people are in it; enabled: the next boot brings it'
        }
      })
    )
  }),
  Engines: object({
    items: list(
      object({
        name: string,
        state: {
          ...among('current', 'enabled', 'disabled'),
          description: 'enabled: the document asks for it, and another one runs'
        },
        version: string
      })
    ),
    beside: { ...list({ $ref: '#/components/schemas/Beside' }), description: 'those that were created' }
  }),
  Beside: object({
    name: string,
    service: string,
    network: { ...string, description: 'address/length' },
    address: string,
    socket: string,
    state: { ...among('enabled', 'disabled'), description: 'enabled: it runs' },
    version: string
  }),
  NewEngine: object({ name: string, engine: string, network: string, address: string }, [
    'engine',
    'network',
    'address'
  ]),
  Switched: object({ switched: boolean, message: string }),
  LogLine: object({ service: string, line: string }),
  BuildLine: object({
    service: string,
    line: string,
    failed: { type: 'boolean', description: 'the line says why the build failed' }
  }),
  LogEntry: object({
    at: { type: ['string', 'null'], description: 'null: neither the line nor one before it says when' },
    source: string,
    priority: { type: 'integer', description: 'facility and severity as RFC 5424 (6.2.1) has them' },
    line: string
  }),
  TlsHosts: object({ hosts: list(string) }, ['hosts']),
  TlsFolder: object({ folder: string }, ['folder']),
  TlsKeys: object({ ca: string, certificate: string, key: string }),
  LogSources: object({ items: list(string) }),
  Pin: object({ section: among('services', 'consoles', 'engines'), names: list(string) }),
  Pinned: object(
    {
      items: list(
        object({
          name: string,
          from: { ...string, description: 'where the copy is from; empty: it is of this machine, and none is needed' },
          sha256: { type: ['string', 'null'], description: 'of the copy; null: there is none' },
          before: { type: ['string', 'null'], description: 'of the copy there was; null: there was none' },
          kept: {
            ...string,
            description: 'why the newest could not be had and the copy is what it was; empty: it could'
          }
        })
      ),
      changes: {
        ...list({ $ref: '#/components/schemas/Change' }),
        description: 'of the document that is in force, where it has the names already'
      },
      settled: boolean,
      status: { $ref: '#/components/schemas/Status' }
    },
    ['settled', 'status']
  ),
  Catalogue: object({
    items: list(
      object({
        section: among('services', 'consoles', 'engines'),
        name: string,
        enabled: { ...boolean, description: 'the document asks for it' },
        repository: {
          type: ['string', 'null'],
          description: "the repository that has it, empty for the image's own; null: none has"
        },
        pinned: { type: ['string', 'null'], description: 'sha256 of the copy that counts; null: there is none' },
        newer: { ...boolean, description: 'its repository has another definition than the copy' }
      })
    ),
    repositories
  }),
  Power: object(
    { action: among('reboot', 'poweroff', 'halt'), force: boolean, delaySeconds: { type: 'integer', minimum: 0 } },
    ['force', 'delaySeconds']
  ),
  Adopt: object({ key, dryRun: boolean }, ['dryRun']),
  Adopted: object({
    key,
    changes: list({ $ref: '#/components/schemas/Change' }),
    lost: { ...list(string), description: 'what is so on the machine and can not be said in the document' },
    left: { type: ['string', 'null'], description: 'what is still to be done about it then' },
    written: boolean
  }),
  Pause: object({ reason: string, seconds: { type: 'number', minimum: 0 } }, ['reason', 'seconds']),
  Paused: object({ paused }),
  Resumed: object({ resumed: boolean }),
  Restart: object({ fault: boolean }, ['fault']),
  Progress: object({ key, message: string }),
  Version: object({ version: string, image: string, node: string }),
  Accepted: object({ accepted: boolean }),
  Refusal: object(
    {
      type: { type: 'string', format: 'uri' },
      title: string,
      status: integer,
      detail: string,
      code: string,
      errors: list({ $ref: '#/components/schemas/Problem' }),
      plan: { $ref: '#/components/schemas/Plan' }
    },
    ['errors', 'plan']
  )
} as const satisfies Readonly<Record<string, JsonSchema>>
