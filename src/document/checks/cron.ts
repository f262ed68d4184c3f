import { readSchedule, SCHEDULE } from '../../compose/schedule.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'
import type { Named } from './services.ts'

const ACTION = 'cron.action'
const EXPECTED =
  'seconds, minutes, hours, day of month, month and day of week, for instance `0 30 3 * * *`, or without seconds as crontab(5) has them, or @daily, or `@every 90m`'

/** The label by which a container runs at certain times. */
export function* cron({ service, path }: Named): Iterable<Finding> {
  const labels = service.labels ?? {}
  const schedule = Object.hasOwn(labels, SCHEDULE) ? labels[SCHEDULE]?.trim() : undefined
  if (schedule === undefined) return
  const where = [...path, 'labels', SCHEDULE]
  const read = readSchedule(schedule)
  if (typeof read === 'string') {
    yield wrong('ROS_DOC_CRON', where, `${quoted(schedule)} is no time: ${read}`, EXPECTED, 'correct the field')
    return
  }
  if (schedule.split(/\s+/).length === 5)
    yield {
      ...wrong(
        'ROS_DOC_CRON',
        where,
        'has five fields, and the first is read as minutes; RancherOS read it as seconds',
        EXPECTED,
        `write \`0 ${schedule}\`, which means the same everywhere`
      ),
      severity: 'note'
    }
  const action = Object.hasOwn(labels, ACTION) ? labels[ACTION] : 'start'
  if (action !== 'start')
    yield doubtful(
      'ROS_DOC_CRON',
      [...path, 'labels', ACTION],
      `${quoted(String(action))} is not acted on: at its times a service is started`,
      'start',
      'remove it'
    )
}
