// Query parameters, read and checked against a route's own table of them.
import { suggest } from '../document/suggest.ts'
import { Refusal } from './refusal.ts'
import type { Param } from './route.ts'

export type Query = Readonly<Record<string, string | number | boolean>>

/** The declared parameters by their types; a parameter nobody declared, or one of the wrong type, refuses the request. */
export function readQuery(declared: Readonly<Record<string, Param>>, given: unknown): Query {
  const query: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(given ?? {})) {
    const param = Object.hasOwn(declared, name) ? declared[name] : undefined
    if (param === undefined) throw new Refusal('ROS_API_BAD_REQUEST', unknown(name, Object.keys(declared)))
    if (typeof value !== 'string')
      throw new Refusal('ROS_API_BAD_REQUEST', `query parameter ${name} is given more than once`)
    query[name] = read(name, value, param)
  }
  return query
}

function unknown(name: string, known: readonly string[]): string {
  const near = suggest(name, known)
  if (near !== null) return `unknown query parameter '${name}', did you mean '${near}'?`
  return known.length === 0
    ? `unknown query parameter '${name}': this route has none`
    : `unknown query parameter '${name}', known: ${known.join(', ')}`
}

function read(name: string, value: string, param: Param): string | number | boolean {
  switch (param.type) {
    case 'string':
      return value
    case 'boolean':
      // `?follow` alone means yes.
      if (value === '' || value === 'true' || value === '1') return true
      if (value === 'false' || value === '0') return false
      throw new Refusal('ROS_API_BAD_REQUEST', `query parameter ${name} is true or false, not '${value}'`)
    default:
      return numberIn(name, value, param)
  }
}

function numberIn(
  name: string,
  value: string,
  { type, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Param
): number {
  const number = Number(value)
  const fits = value.trim() !== '' && Number.isFinite(number) && (type === 'number' || Number.isInteger(number))
  if (fits && number >= minimum && number <= maximum) return number
  const what = type === 'integer' ? 'a whole number' : 'a number'
  const from = Number.isFinite(minimum) ? ` from ${minimum}` : ''
  const to = Number.isFinite(maximum) ? ` to ${maximum}` : ''
  throw new Refusal('ROS_API_BAD_REQUEST', `query parameter ${name} is ${what}${from}${to}, not '${value}'`)
}
