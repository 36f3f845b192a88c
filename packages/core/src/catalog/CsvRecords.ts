/**
 * Reads CSV from a stream of bytes: each record with the line that it begins on, and each line that is no record with
 * what is wrong with it.
 *
 * **Details**
 *
 * A quote that is never closed makes the rest of a file one cell. So when the parser stumbles over a quote it is started
 * again on the line after the one on which that cell begins: the bad line is named, and those after it are read.
 *
 * Memory holds one piece of the file and at most one record, which may have a million characters.
 *
 * **Gotchas**
 *
 * The parser's own line numbers count `\r\n` inside of quotes twice, and its way of skipping bad records does not say
 * where they end. So lines are counted here, by the number of bytes up to the end of each record.
 */
import { Buffer } from "node:buffer"
import { type CsvError, parse } from "csv-parse"

/** A record, or a line that is none. */
export type CsvRow =
  | { readonly line: number; readonly cells: ReadonlyArray<string>; readonly fault?: never }
  | { readonly line: number; readonly cells?: never; readonly fault: string }

const largestRecord = 1_000_000

/** The records of a CSV file. Blank lines are left out; how many cells a record has is not looked at. */
export const read = async function*(bytes: AsyncIterable<Buffer>): AsyncGenerator<CsvRow> {
  let parser = open({ bom: true })
  /** What follows the last whole record, and where it begins: in bytes that this parser got, and as a line. */
  let rest: Buffer = Buffer.alloc(0)
  let start = 0
  let line = 1
  let skippingLine = false

  const advance = (length: number): void => {
    line += newlines(rest.subarray(0, length))
    rest = rest.subarray(length)
    start += length
  }

  const skipBlankLines = (): void => {
    let length = 0
    while (isNewline(rest[length])) length += 1
    advance(length)
  }

  function* records(): Generator<CsvRow> {
    for (const { cells, end } of parser.take()) {
      skipBlankLines()
      yield { line, cells }
      advance(end - start)
    }
  }

  /** Names the line of the cell that the parser stumbled over, and starts again after it. */
  const recover = (error: CsvError): CsvRow => {
    skipBlankLines()
    // the end of the cell before
    advance(lineStart(rest, Math.max(0, Number(error["bytes"]) - start)))
    const row = { line, fault: reasonOf(error) }
    const next = lineEnd(rest)
    if (next === undefined) {
      skippingLine = true
      rest = Buffer.alloc(0)
    } else {
      advance(next)
    }
    parser = open({ bom: false })
    start = 0
    return row
  }

  const feed = async function*(piece: Buffer, last: boolean): AsyncGenerator<CsvRow> {
    let error = await parser.write(piece, last)
    yield* records()
    while (error !== undefined) {
      yield recover(error)
      error = await parser.write(rest, last)
      yield* records()
    }
  }

  for await (let piece of bytes) {
    if (skippingLine) {
      const next = lineEnd(piece)
      if (next === undefined) continue
      piece = piece.subarray(next)
      line += 1
      skippingLine = false
    }
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    yield* feed(piece, false)
  }
  yield* feed(Buffer.alloc(0), true)
}

interface Parser {
  /** Parses more, or the end as well; answers with the error that it stopped at. */
  readonly write: (piece: Buffer, last: boolean) => Promise<CsvError | undefined>
  /** The records since the last call, each with the number of bytes up to its end. */
  readonly take: () => ReadonlyArray<{ readonly cells: ReadonlyArray<string>; readonly end: number }>
}

const open = ({ bom }: { readonly bom: boolean }): Parser => {
  let records: Array<{ readonly cells: ReadonlyArray<string>; readonly end: number }> = []
  const parser = parse({
    bom,
    max_record_size: largestRecord,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (cells: ReadonlyArray<string>, { bytes }) => {
      records.push({ cells, end: bytes })
      return null
    }
  })
  // `write` answers with it
  parser.on("error", () => {})
  const settle = (run: (done: (error?: Error | null) => void) => void) =>
    new Promise<CsvError | undefined>((resolve) => run((error) => resolve((error ?? undefined) as CsvError | undefined)))
  return {
    write: async (piece, last) => {
      const error = piece.length === 0 ? undefined : await settle((done) => parser.write(piece, done))
      return error === undefined && last ? settle((done) => parser.end(done)) : error
    },
    take: () => {
      const taken = records
      records = []
      return taken
    }
  }
}

const reasonOf = (error: CsvError): string => {
  switch (error.code) {
    case "CSV_INVALID_CLOSING_QUOTE":
      return "a quote within a quoted cell is not doubled, or the quote before it is not closed"
    case "INVALID_OPENING_QUOTE":
      return "a quote stands in a cell that does not begin with one"
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is not closed"
    case "CSV_MAX_RECORD_SIZE":
      return "a quote is not closed, or the line has more than a million characters"
    default:
      return error.message
  }
}

const isNewline = (byte: number | undefined): boolean => byte === 10 || byte === 13

/** How many lines end in some bytes: `\r\n`, `\n` and `\r` end one. */
const newlines = (bytes: Buffer): number => {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] !== 10)) count += 1
  }
  return count
}

/** Where the line begins that a byte is on. */
const lineStart = (bytes: Buffer, at: number): number => {
  let start = at
  while (start > 0 && !isNewline(bytes[start - 1])) start -= 1
  return start
}

/** Where the first line ends, its newline included; `undefined` if that cannot be told yet. */
const lineEnd = (bytes: Buffer): number | undefined => {
  let end = 0
  while (end < bytes.length && !isNewline(bytes[end])) end += 1
  // behind a \r at the end a \n may follow
  if (end === bytes.length || (bytes[end] === 13 && end + 1 === bytes.length)) return undefined
  return bytes[end] === 13 && bytes[end + 1] === 10 ? end + 2 : end + 1
}
