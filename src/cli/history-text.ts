// How generations look to people.
import type { Ending, Summary } from '../agent/history.ts'
import type { GenerationView } from '../api/view.ts'
import { showAuthor } from '../core/author.ts'
import { age } from './age.ts'
import { changeText } from './change-text.ts'
import { columns } from './columns.ts'
import { planText } from './plan-text.ts'

/** The newest first. `now` in ms since 1970. */
export function historyTable(all: readonly Summary[], now: number, width = 0): string {
  if (all.length === 0) return 'no generation is kept yet\n'
  const rows = all
    .toReversed()
    .map((one, at) => [
      `${one.generation}${at === 0 ? ' *' : ''}`,
      age(now - Date.parse(one.at)),
      outcomeText(one.outcome),
      showAuthor(one.by),
      changesOf(one)
    ])
  return columns(['GENERATION', 'AGE', 'OUTCOME', 'BY', 'CHANGES'], rows, width)
}

function changesOf({ changed, more, generation }: Summary): string {
  if (changed.length === 0) return generation === 1 ? 'the first' : '-'
  return `${changed.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
}

function outcomeText(outcome: Ending): string {
  switch (outcome.is) {
    case 'open':
      return 'under way'
    case 'settled':
      return outcome.ms === null ? 'settled' : `settled in ${(outcome.ms / 1000).toFixed(1)} s`
    case 'superseded':
      return `superseded by ${outcome.by}`
    default:
      return `${outcome.is}: ${outcome.message}`
  }
}

/** One generation with its changes, its first plan and its files. */
export function generationText(one: GenerationView, now: number): string {
  const { generation, at, by, outcome, changes, plan, files, repeats } = one
  const lines = [
    `generation:  ${generation}${repeats === undefined ? '' : `, as ${repeats} was`}`,
    `accepted:    ${at} (${age(now - Date.parse(at))} ago)`,
    `by:          ${showAuthor(by)}`,
    `outcome:     ${outcomeText(outcome)}`
  ]
  const parts = [
    `${lines.join('\n')}\n`,
    changes.length === 0 ? '' : `changes:\n${indented(changeText(changes))}`,
    plan === null ? '' : `plan:\n${indented(planText(plan))}`,
    ...files.map(({ name, text }) => `${name}:\n${indented(text)}`)
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
