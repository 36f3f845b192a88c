/**
 * Which figures, and of which days: what reports and tiles of dashboards are asked for.
 */
import { call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { ChoiceField, type Written } from "../parts/Form.tsx"
import { useLoaded } from "../parts/Loaded.tsx"
import { words } from "../words/Words.ts"

const say = words.reports

export type Definition = Answer<"reports.saved">["items"][number]["definition"]

export const definitionOf = (written: Written): Definition => {
  const [last = "30", unit = "day"] = written.text("range").split(" ")
  const figure = written.text("figure")
  return {
    // metrics stand among the figures by their ids
    ...(figure.startsWith("met_") ? { figure: "metric", metricId: figure as NonNullable<Definition["metricId"]> } : { figure: figure as Definition["figure"] }),
    range: { last: Number(last), unit: unit as "day", ...(unit === "day" ? {} : { current: true }) }
  }
}

export const Definitions = ({ onFigure = () => {} }: { readonly onFigure?: (figure: string) => void }) => {
  const metrics = useLoaded(() => call("metrics.list"), "metrics")
  const own = (metrics.value?.items ?? []).map(({ id, name }): readonly [string, string] => [id, name])
  const figures = Object.entries(say.figures).filter(([figure]) => figure !== "metric")
  return (
    <>
      <ChoiceField name="figure" label={say.figure} choices={[...figures, ...own]} onChoose={onFigure} />
      <ChoiceField name="range" label={say.range} choices={Object.entries(say.ranges)} />
    </>
  )
}
