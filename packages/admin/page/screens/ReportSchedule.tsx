/**
 * When a saved report is made and mailed by itself, and to whom.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Problem } from "../api/Problem.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { Picker } from "../parts/Picker.tsx"
import { useStore } from "../parts/Store.ts"
import { language, words } from "../words/Words.ts"

const say = words.schedules

type Saved = Answer<"reports.saved">["items"][number]
type Schedule = NonNullable<Saved["schedule"]>

interface Reader {
  readonly id: string
  readonly name: string
}

const readerOf = ({ email, id, name }: { readonly id: string; readonly email: string; readonly name: string | null }): Reader => ({
  id,
  name: name === null ? email : `${name}, ${email}`
})

/** The first of January 2024 was a Monday. */
const weekday = (day: number): string =>
  new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, day))

const hourOf = (hour: number): string =>
  new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(hour * 3_600_000)

/** `"Monday at 7:00, to 2 people"`. */
const scheduleOf = ({ every, hour, monthDay = 1, recipients, weekday: day = 1 }: Schedule): string => {
  const on = every === "day" ? say.daily : every === "week" ? say.weekly(weekday(day)) : say.monthly(monthDay)
  return say.at(on, hourOf(hour), recipients.length)
}

/** Who gets it now. Whoever may not see people sees that there are some, and keeps them. */
const useReaders = (ids: ReadonlyArray<string>) => {
  const { may } = useStore()
  const mayName = may("customers:read")
  return useLoaded(async (): Promise<ReadonlyArray<Reader>> => {
    const me = await call("me.get")
    return Promise.all((ids.length === 0 ? [me.id] : ids).map(async (id) => {
      if (id === me.id) return readerOf(me)
      return mayName ? call("administration.getUser", { params: { id } }).then(readerOf, () => ({ id, name: say.somebody })) : { id, name: say.somebody }
    }))
  }, ids.join())
}

const ScheduleForm = ({ begun, onClose, onDone, report }: {
  readonly report: Saved
  readonly begun: ReadonlyArray<Reader>
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const { may } = useStore()
  const { schedule } = report
  const [every, choose] = useState<string>(schedule?.every ?? "week")
  const [readers, read] = useState(begun)
  const save = (schedule: Schedule | null) =>
    call("reports.updateSaved", { params: { id: report.id }, payload: { schedule, version: report.version } })
  return (
    <Form
      submit={words.shell.save}
      onSend={async (written) => {
        if (every !== "never" && readers.length === 0) throw new Problem(400, { code: "invalid_input", errors: [{ path: [say.to], message: words.field.required }] })
        await save(every === "never" ? null : {
          every: every as Schedule["every"],
          hour: Number(written.text("schedule.hour")),
          format: written.text("schedule.format") as "csv",
          recipients: readers.map(({ id }) => id as never),
          ...(every === "week" ? { weekday: Number(written.text("schedule.weekday")) } : {}),
          ...(every === "month" ? { monthDay: Number(written.text("schedule.monthDay")) } : {})
        }).catch((error: unknown) => {
          const fault = error instanceof Problem ? error.faults.find(({ path }) => path[1] === "recipients") : undefined
          const reader = fault === undefined ? undefined : readers[Number(fault.path[2])]
          if (reader === undefined) throw error
          throw new Problem(400, { code: "invalid_input", errors: [{ path: [say.to], message: say.mayNot(reader.name) }] })
        })
        onClose()
        onDone()
      }}
    >
      <ChoiceField name="schedule.every" label={say.every} value={every} choices={Object.entries(say.times)} onChoose={choose} />
      {every === "never" ? null : (
        <>
          <div class="pair">
            {every === "week"
              ? (
                <ChoiceField
                  name="schedule.weekday"
                  label={say.weekday}
                  value={String(schedule?.weekday ?? 1)}
                  choices={[1, 2, 3, 4, 5, 6, 7].map((day) => [String(day), weekday(day)])}
                />
              )
              : every === "month"
              ? (
                <ChoiceField
                  name="schedule.monthDay"
                  label={say.monthDay}
                  value={String(schedule?.monthDay ?? 1)}
                  choices={Array.from({ length: 28 }, (_, day) => [String(day + 1), String(day + 1)])}
                />
              )
              : null}
            <ChoiceField
              name="schedule.hour"
              label={say.hour}
              value={String(schedule?.hour ?? 7)}
              choices={Array.from({ length: 24 }, (_, hour) => [String(hour), hourOf(hour)])}
            />
            <ChoiceField
              name="schedule.format"
              label={words.reports.format}
              value={schedule?.format ?? "csv"}
              choices={Object.entries(words.reports.formats)}
            />
          </div>
          <fieldset>
            <legend>{say.to}</legend>
            <ul class="rows">
              {readers.map((reader) => (
                <li key={reader.id}>
                  <span class="breaks">{reader.name}</span>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`${words.reports.remove}: ${reader.name}`}
                    onClick={() => read(readers.filter(({ id }) => id !== reader.id))}
                  >
                    {words.reports.remove}
                  </button>
                </li>
              ))}
            </ul>
            {may("customers:read") && readers.length < most
              ? (
                <Picker
                  label={say.add}
                  hint={say.addHint}
                  found={say.found}
                  find={async (search) => (await call("administration.listUsers", { query: { search, limit: 8 } })).items.map(readerOf)}
                  keyOf={({ id }) => id}
                  nameOf={({ name }) => name}
                  onPick={(reader) => {
                    if (readers.every(({ id }) => id !== reader.id)) read([...readers, reader])
                  }}
                />
              )
              : null}
          </fieldset>
        </>
      )}
    </Form>
  )
}

/** So many people get a report. */
const most = 20

export const ReportSchedule = (props: { readonly report: Saved; readonly onClose: () => void; readonly onDone: () => void }) => {
  const readers = useReaders(props.report.schedule?.recipients ?? [])
  return (
    <Dialog title={say.titleOf(props.report.name)} onClose={props.onClose}>
      <Loaded of={readers}>{(begun) => <ScheduleForm {...props} begun={begun} />}</Loaded>
    </Dialog>
  )
}

/** What is said of a saved report that is mailed. */
export const Scheduled = ({ report: { nextAt, schedule } }: { readonly report: Saved }) => {
  const store = useStore()
  return schedule === null ? null : (
    <span class="muted small below">
      {scheduleOf(schedule)}{nextAt === null ? "" : ` · ${say.next(Format.time(nextAt, store))}`}
    </span>
  )
}
