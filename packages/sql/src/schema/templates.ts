import type { Ddl } from "../Dialect.ts"

/** What stores say in messages, with every version. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE notification_templates (
    store_id ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    language ${d.text} NOT NULL,
    version ${d.int} NOT NULL,
    subject ${d.text} NOT NULL,
    text ${d.text} NOT NULL,
    html ${d.text},
    sms ${d.text},
    is_current ${d.bool} NOT NULL,
    created_at ${d.text} NOT NULL,
    created_by ${d.text} NOT NULL,
    PRIMARY KEY (store_id, name, language, version)
  )${d.strict}`,
  "CREATE UNIQUE INDEX notification_templates_current ON notification_templates (store_id, name, language) WHERE is_current = 1"
]
