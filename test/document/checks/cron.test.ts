import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'too few fields',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "* * * *"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`* * * *\` is no time: it has 4 fields, not 5 or 6
        labels: {cron.schedule: "* * * *"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'out of range',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "0 61 * * * *"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`0 61 * * * *\` is no time: minutes: from 0 to 59, not '61'
        labels: {cron.schedule: "0 61 * * * *"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'Sunday as 7',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "0 0 0 * * 7"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`0 0 0 * * 7\` is no time: day of week: from 0 to 6, not '7'
        labels: {cron.schedule: "0 0 0 * * 7"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'a name',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "0 0 0 * * sunday"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`0 0 0 * * sunday\` is no time: 'sunday' is not in the notation of its field, day of week
        labels: {cron.schedule: "0 0 0 * * sunday"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'a step of nothing',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "*/0 * * * * *"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`*/0 * * * * *\` is no time: '*/0' is not in the notation of its field, seconds
        labels: {cron.schedule: "*/0 * * * * *"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'backwards',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "0 0 18-6 * * *"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`0 0 18-6 * * *\` is no time: '18-6' ends before it begins
        labels: {cron.schedule: "0 0 18-6 * * *"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'an unknown word',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "@fortnightly"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`@fortnightly\` is no time: there is no such name of a time
        labels: {cron.schedule: "@fortnightly"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'every what',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "@every day"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`@every day\` is no time: 'day' is no duration of a second or more
        labels: {cron.schedule: "@every day"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'as crontab has it',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "30 3 * * *"}\n',
    `cloud-config.yml:6:31: note: rancher.services.web.labels.cron.schedule: has five fields, and the first is read as minutes; RancherOS read it as seconds
        labels: {cron.schedule: "30 3 * * *"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: write \`0 30 3 * * *\`, which means the same everywhere`
  ],
  [
    'a day that no month has',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "0 0 0 31 2 *"}\n',
    `cloud-config.yml:6:31: rancher.services.web.labels.cron.schedule: \`0 0 0 31 2 *\` is no time: no month of it has such a day
        labels: {cron.schedule: "0 0 0 31 2 *"}
                                ^
  expected: seconds, minutes, hours, day of month, month and day of week, for instance \`0 30 3 * * *\`, or without seconds as crontab(5) has them, or @daily, or \`@every 90m\`
  fix: correct the field`
  ],
  [
    'another action than a start',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "@daily", cron.action: restart}\n',
    `cloud-config.yml:6:54: warning: rancher.services.web.labels.cron.action: \`restart\` is not acted on: at its times a service is started
        labels: {cron.schedule: "@daily", cron.action: restart}
                                                       ^
  fix: remove it`
  ]
]

t.test('times of jobs that are none', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    '0 0 3 * * ?',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "0 0 3 * * ?"}\n'
  ],
  ['@hourly', 'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "@hourly"}\n'],
  [
    '@every 1h30m',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "@every 1h30m"}\n'
  ],
  [
    '0,30 */5 8-18/2 1-15 jan-jun mon,WED',
    'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "0,30 */5 8-18/2 1-15 jan-jun mon,WED"}\n'
  ],
  ['? ? ? ? ? ?', 'rancher:\n  services:\n    web:\n      image: nginx\n      labels: {cron.schedule: "? ? ? ? ? ?"}\n']
]

t.test('times as RancherOS had them are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
