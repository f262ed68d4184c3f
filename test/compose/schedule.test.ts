import t from 'tap'
import { readSchedule } from '../../src/compose/schedule.ts'

t.test('what schedules mean', async (t) => {
  const times = (pattern: string, bothDays: boolean) => ({ is: 'times', pattern, bothDays })
  for (const [text, meant] of [
    ['0 0 3 * * ?', times('0 0 3 * * *', true)],
    ['  0   30 3 * * *  ', times('0 30 3 * * *', true)],
    ['30 3 * * *', times('30 3 * * *', true)],
    ['30 3 * * 7', times('30 3 * * 7', true)],
    ['0 0 0 1,15 * mon', times('0 0 0 1,15 * 1', false)],
    ['0 0 0 */2 * 1', times('0 0 0 */2 * 1', true)],
    ['0 5/20 * 1 jan-MAR ?/2', times('0 5-59/20 * 1 1-3 */2', true)],
    ['*/9999 * * * * *', times('*/60 * * * * *', true)],
    ['0 0 0 29 feb *', times('0 0 0 29 2 *', true)],
    ['0 0 0 31 2,4/3 *', times('0 0 0 31 2,4-12/3 *', true)],
    ['@yearly', times('0 0 0 1 1 *', true)],
    ['@weekly', times('0 0 0 * * 0', true)],
    ['@midnight', times('0 0 0 * * *', true)],
    ['@hourly', times('0 0 * * * *', true)],
    ['@every 1h30m', { is: 'every', ms: 5_400_000 }],
    ['@every 1500ms', { is: 'every', ms: 1000 }]
  ] as const)
    t.same(readSchedule(text), meant, text)
})

t.test('what is none, and why', async (t) => {
  for (const [text, fault] of [
    ['', 'it is empty'],
    ['* * * *', 'it has 4 fields, not 5 or 6'],
    ['0 0 0 1 1 * 2030', 'it has 7 fields, not 5 or 6'],
    ['60 * * * *', "minutes: from 0 to 59, not '60'"],
    ['0 0 0 * * 7', "day of week: from 0 to 6, not '7'"],
    ['0 0 0 L * *', "'L' is not in the notation of its field, day of month"],
    ['0 0 0 * * 1#2', "'1#2' is not in the notation of its field, day of week"],
    ['*5 * * * * *', "'*5' is not in the notation of its field, seconds"],
    ['0 0 0 31 2 *', 'no month of it has such a day'],
    ['0 0 0 31 4-6/2,9,11 *', 'no month of it has such a day'],
    ['@every 10ms', "'10ms' is no duration of a second or more"],
    ['@every 90', "'90' is no duration of a second or more"],
    ['@reboot', 'there is no such name of a time']
  ] as const)
    t.equal(readSchedule(text), fault, text)
})
