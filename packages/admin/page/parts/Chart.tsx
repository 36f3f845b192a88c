/**
 * Amounts over days, drawn by uPlot. The picture is for the eye; the same figures stand in a table beneath it.
 */
import { useEffect, useRef, useState } from "preact/hooks"
import uPlot from "uplot"

export interface Point {
  readonly label: string
  readonly value: number
}

const height = 200

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const draw = (
  place: HTMLElement,
  points: ReadonlyArray<Point>,
  short: (value: number) => string,
  onLook: (index: number | undefined) => void
): uPlot => {
  const probe = document.createElement("span")
  place.append(probe)
  const inked = (name: string) => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const [line, fill, grid, ink] = [inked("--accent"), inked("--accent-soft"), inked("--line"), inked("--muted")]
  probe.remove()
  const font = `12px ${colour("--sans")}`
  return new uPlot(
    {
      width: place.clientWidth,
      height,
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 8 }, drag: { x: false, y: false } },
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, high <= 0 ? 1 : high * 1.1] } },
      axes: [
        {
          stroke: ink,
          font,
          grid: { show: false },
          ticks: { show: false },
          size: 28,
          space: 70,
          values: (_plot, splits) => splits.map((index) => Number.isInteger(index) ? points[index]?.label ?? "" : "")
        },
        {
          stroke: ink,
          font,
          size: 64,
          grid: { stroke: grid, width: 1 },
          ticks: { show: false },
          values: (_plot, splits) => splits.map(short)
        }
      ],
      series: [{}, { stroke: line, width: 2, fill, points: { show: false } }],
      hooks: { setCursor: [(plot) => onLook(plot.cursor.idx ?? undefined)] }
    },
    [points.map((_point, index) => index), points.map(({ value }) => value)],
    place
  )
}

export const Chart = ({ label, points, short, written }: {
  readonly label: string
  readonly points: ReadonlyArray<Point>
  /** A value on the axis, and written out. */
  readonly short: (value: number) => string
  readonly written: (value: number) => string
}) => {
  const place = useRef<HTMLDivElement>(null)
  const [look, setLook] = useState<number>()
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    let plot = draw(element, points, short, setLook)
    const again = () => {
      plot.destroy()
      plot = draw(element, points, short, setLook)
    }
    const resized = new ResizeObserver(() => {
      if (element.clientWidth !== plot.width) plot.setSize({ width: element.clientWidth, height })
    })
    resized.observe(element)
    const dark = matchMedia("(prefers-color-scheme: dark)")
    dark.addEventListener("change", again)
    addEventListener("stoa-theme", again)
    return () => {
      resized.disconnect()
      dark.removeEventListener("change", again)
      removeEventListener("stoa-theme", again)
      plot.destroy()
    }
  }, [points])
  const at = look === undefined ? undefined : points[look]
  return (
    <>
      <p class="look muted" aria-hidden="true">{at === undefined ? "\u00a0" : `${at.label}: ${written(at.value)}`}</p>
      <div ref={place} class="chart" role="img" aria-label={label} />
    </>
  )
}
