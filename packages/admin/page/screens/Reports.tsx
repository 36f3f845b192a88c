/**
 * Figures as files: reports that are saved, and files that are made of them in the background.
 */
import { useEffect, useState } from "preact/hooks"
import { addressOf, call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, TextField, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { onDemand } from "../parts/OnDemand.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { type Definition, definitionOf, Definitions } from "./ReportDefinition.tsx"

const say = words.reports

const ReportSchedule = onDemand(async () => (await import("./ReportSchedule.tsx")).ReportSchedule)
const Scheduled = onDemand(async () => (await import("./ReportSchedule.tsx")).Scheduled)

type File = Answer<"reports.list">["items"][number]
type Saved = Answer<"reports.saved">["items"][number]
type Wanted = NonNullable<Request<"reports.make">["payload"]>

const isUnderWay = ({ status }: File): boolean => status === "waiting" || status === "working"

/** How often one looks how far files are, while some are under way. */
const pause = 1_500

const FormatField = () => <ChoiceField name="format" label={say.format} choices={Object.entries(say.formats)} />

const rangeOf = ({ range }: Definition): string => {
  if ("from" in range) return Format.days(range.from, range.to)
  const key = `${range.last} ${range.unit}`
  return key in say.ranges ? say.ranges[key as keyof typeof say.ranges] : say.last(range.last, range.unit)
}

type Asking = { readonly what: "make" | "save" } | { readonly what: "again"; readonly saved: Saved }

const Asked = ({ asking, onClose, onMade, onSaved }: {
  readonly asking: Asking
  readonly onClose: () => void
  readonly onMade: () => void
  readonly onSaved: () => void
}) => {
  const make = async (wanted: Wanted, key: string) => {
    await call("reports.make", { payload: wanted }, { key })
    onClose()
    onMade()
  }
  const format = (written: Written) => ({ format: written.text("format") as "csv" })
  switch (asking.what) {
    case "make":
      return (
        <Dialog title={say.make} onClose={onClose}>
          <Form submit={say.make} onSend={(written, { key }) => make({ definition: definitionOf(written), ...format(written) }, key)}>
            <Definitions />
            <FormatField />
          </Form>
        </Dialog>
      )
    case "again":
      return (
        <Dialog title={asking.saved.name} onClose={onClose}>
          <Form submit={say.make} onSend={(written, { key }) => make({ savedReportId: asking.saved.id, ...format(written) }, key)}>
            <FormatField />
          </Form>
        </Dialog>
      )
    case "save":
      return (
        <Dialog title={say.save} onClose={onClose}>
          <Form
            submit={words.shell.save}
            onSend={async (written, { key }) => {
              await call("reports.save", { payload: { name: written.text("name"), definition: definitionOf(written) } }, { key })
              onClose()
              onSaved()
            }}
          >
            <TextField name="name" label={say.name} />
            <Definitions />
          </Form>
        </Dialog>
      )
  }
}

const FileOf = ({ file, onGone }: { readonly file: File; readonly onGone: () => void }) => {
  const store = useStore()
  return (
    <li>
      <span>
        {file.status === "ready"
          ? <a href={addressOf("reports.file", { id: file.id })} download>{file.name}</a>
          : file.name}
        <span class="muted small below">
          {[file.format.toUpperCase(), rangeOf(file.definition), Format.time(file.createdAt, store), file.lines === null ? null : say.lines(file.lines)]
            .filter((text) => text !== null).join(" · ")}
        </span>
        {isUnderWay(file) ? <progress max={100} value={file.progress} aria-label={say.progress(file.name)} /> : null}
        {file.failure === null ? null : <span class="fault small below">{file.failure.message}</span>}
      </span>
      <Badge state={`report_${file.status}`} text={say.states[file.status]} />
      {isUnderWay(file) ? null : (
        <Deed
          text={say.remove}
          sure={say.removeText}
          label={`${say.remove}: ${file.name}`}
          does={async () => {
            await call("reports.delete", { params: { id: file.id } })
            onGone()
          }}
        />
      )}
    </li>
  )
}

export const Reports = () => {
  const [asking, ask] = useState<Asking>()
  const [mailed, mail] = useState<Saved>()
  const files = usePaged((page) => call("reports.list", { query: { limit: 25, ...page } }), "files")
  const saved = useLoaded(() => call("reports.saved"), "saved")
  const waits = files.value?.items.some(isUnderWay) ?? false
  useEffect(() => {
    if (!waits) return undefined
    const timer = setInterval(() => void files.reload(), pause)
    return () => clearInterval(timer)
  }, [waits, files.reload])
  return (
    <Page
      title={words.sections.reports}
      actions={
        <>
          <a href={link(["reports", "boards"])}>{words.boards.heading}</a>
          <button type="button" onClick={() => ask({ what: "make" })}>{say.make}</button>
          <May to="analytics:write"><button type="button" class="quiet" onClick={() => ask({ what: "save" })}>{say.save}</button></May>
        </>
      }
    >
      <div class="columns even">
        <section class="card">
          <h2>{say.files}</h2>
          <Paged of={files} none={say.noFiles}>
            {(items) => <ul class="rows">{items.map((file) => <FileOf key={file.id} file={file} onGone={() => void files.reload()} />)}</ul>}
          </Paged>
        </section>
        <section class="card">
          <h2>{say.saved}</h2>
          <Loaded of={saved}>
            {({ items }) =>
              items.length === 0 ? <p class="muted">{say.noneSaved}</p> : (
                <ul class="rows">
                  {items.map((report) => (
                    <li key={report.id}>
                      <span>
                        {report.name}
                        <span class="muted small below">{say.figures[report.definition.figure]} · {rangeOf(report.definition)}</span>
                        {report.schedule === null ? null : <Scheduled report={report} />}
                      </span>
                      <button
                        type="button"
                        class="quiet"
                        aria-label={`${say.make}: ${report.name}`}
                        onClick={() => ask({ what: "again", saved: report })}
                      >
                        {say.make}
                      </button>
                      <May to="analytics:write">
                        <button type="button" class="quiet" aria-label={`${words.schedules.mail}: ${report.name}`} onClick={() => mail(report)}>
                          {words.schedules.mail}
                        </button>
                        <Deed
                          text={say.remove}
                          sure={say.removeText}
                          label={`${say.remove}: ${report.name}`}
                          does={async () => {
                            await call("reports.deleteSaved", { params: { id: report.id } }, { version: report.version })
                            await saved.reload()
                          }}
                        />
                      </May>
                    </li>
                  ))}
                </ul>
              )}
          </Loaded>
        </section>
      </div>
      {mailed === undefined ? null : (
        <ReportSchedule
          report={mailed}
          onClose={() => mail(undefined)}
          onDone={() => {
            tell(words.shell.saved)
            void saved.reload()
          }}
        />
      )}
      {asking === undefined ? null : (
        <Asked
          asking={asking}
          onClose={() => ask(undefined)}
          onMade={() => {
            tell(say.begun)
            void files.reload()
          }}
          onSaved={() => {
            tell(words.shell.saved)
            void saved.reload()
          }}
        />
      )}
    </Page>
  )
}
