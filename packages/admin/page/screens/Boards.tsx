/**
 * Dashboards that people put together: figures, charts and tables in an order of their own.
 */
import { useMemo, useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Chart, type Point } from "../parts/Chart.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, ChoiceField, Form, TextField, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"
import { definitionOf, Definitions } from "./ReportDefinition.tsx"

const say = words.boards

type Shown = Answer<"dashboards.figures">
type Board = Shown["dashboard"]
type Tile = Board["tiles"][number]
type TileShown = Shown["tiles"][number]
type Figures = Exclude<TileShown, { readonly failure: unknown }>
type Row = Figures["rows"][number]

/** The addresses of dashboards. */
const to = (id?: string) => link(id === undefined ? ["reports", "boards"] : ["reports", "boards", id])

/** How a value is written: amounts come as decimals of their currency. */
const writer = ({ chart, columns }: Figures) => {
  const currencyAt = columns.findIndex(({ name }) => name === "currency")
  const isAmount = columns[chart.value]?.kind === "amount"
  const value = (row: Row) => Number(row[chart.value] ?? 0)
  const currencyOf = (row: Row | undefined) => String(row?.[currencyAt] ?? "")
  return {
    value,
    currencyOf,
    written: (value: number, currency: string) =>
      isAmount && currency !== ""
        ? Format.money({ amount: Math.round(value * 10 ** Format.digits(currency)), currency })
        : Format.number(value)
  }
}

const askedFor = ({ rows }: Figures): ReadonlyArray<Row> => rows.filter(([period]) => period === "asked")

const Large = ({ tile }: { readonly tile: Figures }) => {
  const { currencyOf, value, written } = writer(tile)
  const rows = askedFor(tile)
  return rows.length === 0
    ? <p class="muted">{words.shell.none}</p>
    : (
      <dl class="figures">
        {rows.map((row) => (
          <div class="figure" key={currencyOf(row)}>
            <dt>{Format.days(tile.from, tile.to)}</dt>
            <dd><strong>{row[tile.chart.value] === "" ? say.nothing : written(value(row), currencyOf(row))}</strong></dd>
          </div>
        ))}
      </dl>
    )
}

const Line = ({ tile }: { readonly tile: Figures }) => {
  const { currencyOf, value, written } = writer(tile)
  const rows = askedFor(tile)
  const currency = currencyOf(rows[0])
  const points = useMemo((): ReadonlyArray<Point> => {
    const at = tile.columns.findIndex(({ name }) => name === "from")
    return rows.filter((row) => currencyOf(row) === currency).map((row) => ({
      label: Format.day(String(row[at]), { timeZone: tile.timeZone }),
      value: value(row)
    }))
  }, [tile])
  const text = (value: number) => written(value, currency)
  return points.length === 0
    ? <p class="muted">{words.shell.none}</p>
    : <Chart label={tile.title} points={points} short={text} written={text} />
}

const Bars = ({ tile }: { readonly tile: Figures }) => {
  const { currencyOf, value, written } = writer(tile)
  const rows = askedFor(tile).slice(0, 10)
  return rows.length === 0
    ? <p class="muted">{words.shell.none}</p>
    : (
      <ul class="rows">
        {rows.map((row, index) => (
          <li key={index}>
            <span>{String(row[tile.chart.label] ?? "")}</span>
            <strong class="number">{written(value(row), currencyOf(row))}</strong>
          </li>
        ))}
      </ul>
    )
}

const Table = ({ tile }: { readonly tile: Figures }) => (
  <div class="scrolls">
    <table>
      <thead>
        <tr>{tile.columns.map(({ kind, name }) => <th key={name} scope="col" class={kind === "text" ? "" : "number"}>{name}</th>)}</tr>
      </thead>
      <tbody>
        {tile.rows.map((row, index) => (
          <tr key={index}>
            {tile.columns.map(({ kind, name }, at) => <td key={name} class={kind === "text" ? "" : "number"}>{String(row[at] ?? "")}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const views = { number: Large, line: Line, bars: Bars, table: Table } as const

const TileOf = ({ edit, index, last, shown }: {
  readonly shown: TileShown
  readonly index: number
  readonly last: boolean
  /** Writes the tiles anew; left out where they may not be changed. */
  readonly edit: ((change: (tiles: ReadonlyArray<Tile>) => ReadonlyArray<Tile>) => Promise<void>) | undefined
}) => {
  const View = views[shown.view]
  const moved = (by: 1 | -1) => (tiles: ReadonlyArray<Tile>) => {
    const [tile] = tiles.slice(index, index + 1)
    const others = tiles.toSpliced(index, 1)
    return tile === undefined ? tiles : others.toSpliced(index + by, 0, tile)
  }
  return (
    <section class={shown.view === "line" || shown.view === "table" ? "card wide" : "card"}>
      <h2>{shown.title}</h2>
      {"failure" in shown ? <p class="fault">{shown.failure.message}</p> : <View tile={shown} />}
      {edit === undefined ? null : (
        <p class="actions">
          {index === 0 ? null : <Deed text={say.earlier} label={`${say.earlier}: ${shown.title}`} does={() => edit(moved(-1))} />}
          {last ? null : <Deed text={say.later} label={`${say.later}: ${shown.title}`} does={() => edit(moved(1))} />}
          <Deed text={say.remove} label={`${say.remove}: ${shown.title}`} does={() => edit((tiles) => tiles.toSpliced(index, 1))} />
        </p>
      )}
    </section>
  )
}

const tileOf = (written: Written): Tile => {
  const view = written.text("view") as Tile["view"]
  const definition = definitionOf(written)
  const column = written.text("column")
  return {
    title: written.text("title"),
    view,
    definition: { ...definition, ...(view === "line" ? { bucket: "day" } : {}) },
    ...(definition.figure === "sales" && column !== "" ? { column } : {})
  }
}

const AddTile = ({ onAdd, onClose }: { readonly onClose: () => void; readonly onAdd: (tile: Tile) => Promise<void> }) => {
  const [figure, choose] = useState("sales")
  return (
    <Dialog title={say.add} onClose={onClose}>
      <Form
        submit={say.add}
        onSend={async (written) => {
          await onAdd(tileOf(written))
          onClose()
        }}
      >
        <TextField name="title" label={say.title} />
        <Definitions onFigure={choose} />
        {figure === "sales" ? <ChoiceField name="column" label={say.column} choices={Object.entries(say.columns)} /> : null}
        <ChoiceField name="view" label={say.view} choices={Object.entries(say.views)} />
      </Form>
    </Dialog>
  )
}

const NewMetric = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title={say.newMetric} onClose={onClose}>
    <Form
      submit={words.shell.save}
      onSend={async (written, { key }) => {
        const payload = { name: written.text("name"), formula: written.text("formula"), unit: written.text("unit") as "number" }
        await call("metrics.create", { payload }, { key })
        onClose()
        tell(words.shell.saved)
      }}
    >
      <TextField name="name" label={words.reports.name} />
      <TextField name="formula" label={say.formula} hint={say.formulaHint} />
      <ChoiceField name="unit" label={say.unit} choices={Object.entries(say.units)} />
    </Form>
  </Dialog>
)

const NewBoard = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title={say.make} onClose={onClose}>
    <Form
      submit={words.shell.save}
      onSend={async (written, { key }) => {
        const payload = { name: written.text("name"), tiles: [], shared: written.checked("shared") }
        const made = await call("dashboards.create", { payload }, { key })
        onClose()
        go(to(made.id))
      }}
    >
      <TextField name="name" label={words.reports.name} />
      <May to="analytics:write"><CheckField name="shared" label={say.shared} /></May>
    </Form>
  </Dialog>
)

const BoardOf = ({ id, onGone }: { readonly id: string; readonly onGone: () => Promise<void> }) => {
  const { may } = useStore()
  const [adding, add] = useState(false)
  const board = useLoaded(() => call("dashboards.figures", { params: { id } }), id)
  return (
    <Loaded of={board}>
      {({ dashboard, tiles }) => {
        const mayEdit = !dashboard.shared || may("analytics:write")
        const write = async (tiles: ReadonlyArray<Tile>) => {
          await call("dashboards.update", { params: { id }, payload: { tiles: [...tiles] } }, { version: dashboard.version })
          await board.reload()
        }
        return (
          <>
            {tiles.length === 0 ? <p class="muted">{say.empty}</p> : null}
            <div class="columns even">
              {tiles.map((shown, index) => (
                <TileOf
                  key={`${dashboard.version} ${index}`}
                  shown={shown}
                  index={index}
                  last={index === tiles.length - 1}
                  edit={mayEdit ? (change) => write(change(dashboard.tiles)) : undefined}
                />
              ))}
            </div>
            {mayEdit
              ? (
                <p class="actions">
                  <button type="button" onClick={() => add(true)}>{say.add}</button>
                  <Deed
                    text={say.removeBoard}
                    sure={dashboard.shared ? say.removeShared : say.removeOwn}
                    does={async () => {
                      await call("dashboards.delete", { params: { id } }, { version: dashboard.version })
                      await onGone()
                    }}
                  />
                </p>
              )
              : null}
            {adding ? <AddTile onClose={() => add(false)} onAdd={(tile) => write([...dashboard.tiles, tile])} /> : null}
          </>
        )
      }}
    </Loaded>
  )
}

export const Boards = ({ id }: { readonly id: string | undefined }) => {
  const [asking, ask] = useState<"board" | "metric">()
  const all = useLoaded(() => call("dashboards.list"), id ?? "")
  return (
    <Page
      title={say.heading}
      actions={
        <>
          <button type="button" onClick={() => ask("board")}>{say.make}</button>
          <May to="analytics:write"><button type="button" class="quiet" onClick={() => ask("metric")}>{say.newMetric}</button></May>
        </>
      }
    >
      <p><a href={link(["reports"])}>{words.sections.reports}</a></p>
      <Loaded of={all}>
        {({ items }) => {
          const now = items.find((board) => board.id === id) ?? items[0]
          return now === undefined
            ? <p class="muted">{say.none}</p>
            : (
              <>
                <Tabs label={say.heading} now={to(now.id)} tabs={items.map(({ id, name }): readonly [string, string] => [to(id), name])} />
                <BoardOf
                  key={now.id}
                  id={now.id}
                  onGone={async () => {
                    go(to())
                    await all.reload()
                  }}
                />
              </>
            )
        }}
      </Loaded>
      {asking === "board" ? <NewBoard onClose={() => ask(undefined)} /> : null}
      {asking === "metric" ? <NewMetric onClose={() => ask(undefined)} /> : null}
    </Page>
  )
}
