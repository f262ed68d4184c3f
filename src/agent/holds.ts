// The two things people enable for the next boot: a console, and an engine for User Docker.
import { chosenConsole } from '../compose/console.ts'
import { wantedEngine } from '../core/engine-name.ts'
import type { HeldConsole } from '../core/held-console.ts'
import type { Enabled, Holdable } from './hold.ts'

export const HELD_CONSOLE: Holdable<HeldConsole> = {
  file: '/run/ros/console.json',
  named: chosenConsole,
  parse: ({ enabled, service }) => (enabled === undefined || service === undefined ? null : { enabled, service })
}

export const HELD_ENGINE: Holdable<Enabled> = {
  file: '/run/ros/engine.json',
  named: wantedEngine,
  parse: ({ enabled }) => (typeof enabled === 'string' ? { enabled } : null)
}
