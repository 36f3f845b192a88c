/**
 * Says how far long work has come: a line that is rewritten on a terminal, nothing where the output goes to a file.
 */
export interface Progress {
  readonly say: (text: string) => void
  /** Takes the line away, before something else is printed. */
  readonly clear: () => void
}

export const make = (out: NodeJS.WriteStream = process.stderr): Progress => {
  let shown = false
  return {
    say: (text) => {
      if (!out.isTTY) return
      out.write(`\r\u001b[K${text}`)
      shown = true
    },
    clear: () => {
      if (shown) out.write("\r\u001b[K")
      shown = false
    }
  }
}
