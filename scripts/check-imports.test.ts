import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { violations } from "./check-imports.ts"

const workspace = fileURLToPath(new URL("..", import.meta.url))

const planted = <A>(files: Readonly<Record<string, string>>, check: (root: string) => A): A => {
  const root = mkdtempSync(join(tmpdir(), "stoa-imports-"))
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), `${source}\n`)
    }
    return check(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

describe("check-imports", () => {
  it("finds nothing in this repository", () => {
    assert.deepStrictEqual(violations(workspace), [])
  })

  it("names the imports that put two domains in a circle", () => {
    planted({
      "packages/core/src/cart/Cart.ts": "import type { Order } from \"../orders/Order.ts\"\nexport type Cart = Order",
      "packages/core/src/orders/Order.ts": [
        "export interface Order {}",
        "export {",
        "  type Line",
        "} from \"../checkout/Line.ts\""
      ].join("\n"),
      "packages/core/src/checkout/Line.ts": "export type Line = import(\"../cart/Cart.ts\").Cart"
    }, (root) => {
      const problems = violations(root)
      assert.strictEqual(problems.length, 1)
      assert.include(problems[0], "cart -> orders -> checkout -> cart")
      assert.include(problems[0], "packages/core/src/orders/Order.ts:4 imports checkout")
    })
  })

  it("lets a test bring domains together, and ignores what a comment imports", () => {
    planted({
      "packages/core/src/cart/Cart.ts": "/**\n * import { Order } from \"../orders/Order.ts\"\n */\nexport type Cart = {}",
      "packages/core/src/cart/Cart.test.ts": "import \"../orders/Order.ts\"",
      "packages/core/src/orders/Order.ts": "import type { Cart } from \"../cart/Cart.ts\"\nexport type Order = Cart"
    }, (root) => {
      assert.deepStrictEqual(violations(root), [])
    })
  })

  it("refuses what leaves a package, a kernel that knows a domain and a domain that knows the engine", () => {
    planted({
      "packages/core/src/kernel/Money.ts": "import type { Cart } from \"../cart/Cart.ts\"",
      "packages/sql/src/Rows.ts": "import \"../../core/src/kernel/Money.ts\"",
      "packages/core/src/cart/Cart.ts": "import \"../engine/Stoa.ts\"",
      "examples/quickstart/main.ts": "import \"../../packages/core/src/index.ts\""
    }, (root) => {
      assert.strictEqual(violations(root).length, 4)
    })
  })
})

describe("the lint rules on imports", () => {
  const refused: Readonly<Record<string, string>> = {
    "packages/core/src/cart/Rows.ts": "import * as SqlClient from \"effect/sql/SqlClient\"",
    "packages/core/src/cart/Server.ts": "import type * as HttpApi from \"effect/http-api/HttpApi\"",
    "packages/core/src/cart/Barrel.ts": "import { Effect } from \"effect\"",
    "packages/core/src/cart/Sql.ts": "import * as Sql from \"@stoa/sql\"",
    "packages/sql/src/Server.ts": "import * as Http from \"@stoa/http\"",
    "packages/adapter-sqlite/src/Postgres.ts": "import * as Postgres from \"@stoa/adapter-postgres\"",
    "packages/http/src/Sql.ts": "import * as Sql from \"@stoa/sql/testing\"",
    "packages/http/src/Sqlite.ts": "import * as Sqlite from \"@stoa/adapter-sqlite\""
  }
  const allowed: Readonly<Record<string, string>> = {
    "packages/core/src/cart/Cart.ts": "import * as Effect from \"effect/Effect\"",
    "packages/core/src/cart/CartErrors.ts": "import { StoaError } from \"../kernel/StoaError.ts\"",
    "packages/sql/src/Rows.ts": "import * as SqlClient from \"effect/sql/SqlClient\"",
    "packages/sql/src/Core.ts": "import * as Core from \"@stoa/core/testing\"",
    "packages/adapter-sqlite/src/Client.ts": "import * as Sql from \"@stoa/sql\"",
    "packages/http/src/Core.ts": "import * as Core from \"@stoa/core\"",
    "packages/http/src/Core.test.ts": "import * as Sqlite from \"@stoa/adapter-sqlite\"",
    "examples/quickstart/main.ts": "import { Effect } from \"effect\""
  }

  it("refuse what each package may not import, and nothing else", () => {
    const use = "\nexport const used = 1"
    const files = Object.fromEntries(Object.entries({ ...refused, ...allowed }).map(([k, v]) => [k, v + use]))
    planted(files, (root) => {
      copyFileSync(join(workspace, ".oxlintrc.json"), join(root, ".oxlintrc.json"))
      const oxlint = spawnSync(process.execPath, [
        join(workspace, "node_modules/oxlint/bin/oxlint"),
        "--allow=all",
        "--deny=no-restricted-imports",
        "--format=unix"
      ], { cwd: root, encoding: "utf8" })
      const named = Object.keys(files).filter((file) =>
        oxlint.stdout.split("\n").some((line) => line.startsWith(file) && line.includes("no-restricted-imports"))
      )
      assert.deepStrictEqual(named.sort(), Object.keys(refused).sort(), oxlint.stdout + oxlint.stderr)
    })
  })
})
