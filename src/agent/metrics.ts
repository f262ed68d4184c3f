// What the agent tells Prometheus of itself and of the machine it keeps. While nobody asks it costs a few additions per pass.
import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { Condition } from '../core/condition.ts'
import { type Key, kindOf } from '../core/resource.ts'
import type { Events } from './events.ts'
import { exposition, type Family, type HistogramFamily, type Sample } from './exposition.ts'
import type { Meter } from './meter.ts'
import type { State, Store } from './store.ts'
import { createSpread, createTally } from './tally.ts'

export interface Metrics {
  readonly meter: Meter
  /** Everything, as text. */
  text(): Promise<string>
}

export interface MetricsParts {
  readonly store: Store
  readonly events: Events
  readonly version: string
}

const SECONDS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
const STATUSES = ['True', 'False', 'Unknown'] as const

export function createMetrics({ store, events, version }: MetricsParts): Metrics {
  const passes = createTally()
  const passSeconds = createSpread(SECONDS.slice(0, 11), [{}])
  const actions = createTally()
  const actionSeconds = createSpread(SECONDS)
  const repairs = createTally()
  const repairSeconds = createSpread(SECONDS, [{}])
  const told = createTally()
  events.follow(events.last).subscribe(({ type, reason }) => told.add({ type, reason }))

  const meter: Meter = {
    passed(ms, planned) {
      passes.add({ actions: planned === 0 ? 'none' : 'some' })
      passSeconds.observe({}, ms / 1000)
    },
    ended(outcome) {
      if (outcome.result === 'blocked') return
      const { key, verb } = outcome.action
      const kind = kindOf(key)
      actions.add({ kind, verb, outcome: outcome.result })
      actionSeconds.observe({ kind }, outcome.ms / 1000)
    },
    repaired(key, ms) {
      repairs.add({ kind: kindOf(key as Key) }) // the loop names what it acted on
      repairSeconds.observe({}, ms / 1000)
    }
  }

  const ofLoop = (): readonly (Family | HistogramFamily)[] => [
    counter('rosd_passes_total', 'Passes of the loop, by whether they planned actions.', passes.samples()),
    histogram(
      'rosd_pass_duration_seconds',
      'How long a pass took, with what it waited for its actions.',
      passSeconds.series()
    ),
    counter('rosd_actions_total', 'Actions that have ended, by kind, verb and outcome.', actions.samples()),
    histogram('rosd_action_duration_seconds', 'How long actions took.', actionSeconds.series()),
    counter('rosd_drift_repairs_total', 'Drift that was heard of and set right, by kind.', repairs.samples()),
    histogram(
      'rosd_drift_repair_seconds',
      'From the news of a drift to the end of its repair.',
      repairSeconds.series()
    ),
    counter('rosd_events_total', 'Events of this agent, by type and reason.', told.samples())
  ]

  return {
    meter,
    async text() {
      const began = performance.now()
      await turn()
      const lag = (performance.now() - began) / 1000
      const info = [{ labels: { version }, value: 1 }]
      return exposition([
        gauge('rosd_build_info', 'The version of the agent.', info),
        ...ofLoop(),
        ...ofState(store.value),
        ...ofProcess(lag)
      ])
    }
  }
}

function ofState(state: State): readonly Family[] {
  const kinds = createTally()
  const conditions = createTally()
  for (const status of state.resources.values()) {
    const kind = kindOf(status.key)
    kinds.add({ kind })
    for (const { type, status: is } of status.conditions) conditions.add({ kind, condition: type, status: is })
  }
  return [
    gauge('rosd_document_generation', 'Number of the document in force.', one(state.generation)),
    gauge(
      'rosd_document_observed_generation',
      'Number of the document the machine is compared with.',
      one(state.observedGeneration)
    ),
    gauge('rosd_resources', 'Resources the document asks for.', kinds.samples()),
    gauge('rosd_resource_conditions', 'Resources that have a condition in a status.', conditions.samples()),
    gauge(
      'rosd_machine_condition',
      'The condition of the machine: 1 for the status it has.',
      state.conditions.flatMap(ofCondition)
    )
  ]
}

function ofCondition({ type, status: is }: Condition): readonly Sample[] {
  return STATUSES.map((status) => ({ labels: { condition: type, status }, value: status === is ? 1 : 0 }))
}

/** Under the names that client libraries use, so that dashboards made for those fit. */
function ofProcess(lag: number): readonly Family[] {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return [
    counter('process_cpu_seconds_total', 'CPU seconds of the agent.', one((user + system) / 1e6)),
    gauge('process_resident_memory_bytes', 'Memory of the agent that is in RAM.', one(rss)),
    gauge('process_open_fds', 'Open files of the agent.', one(openFiles())),
    gauge(
      'process_start_time_seconds',
      'When this agent started, in seconds since 1970.',
      one(Date.now() / 1000 - process.uptime())
    ),
    gauge('nodejs_heap_size_used_bytes', 'Heap that is in use.', one(heapUsed)),
    gauge('nodejs_heap_size_total_bytes', 'Heap that is taken.', one(heapTotal)),
    gauge('nodejs_external_memory_bytes', 'Memory of objects outside the heap.', one(external)),
    gauge('nodejs_eventloop_lag_seconds', 'How long the event loop took to come to the next turn just now.', one(lag))
  ]
}

/** Without the one that is open for counting. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').length - 1
}

function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }]
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'counter', samples }
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples }
}

function histogram(name: string, help: string, series: HistogramFamily['series']): HistogramFamily {
  return { name, help, type: 'histogram', series }
}
