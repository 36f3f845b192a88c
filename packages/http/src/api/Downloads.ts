import { VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { DigitalGoods, Download, DownloadLink, GrantDownload, SetDigitalGoods } from "@stoa/core/downloads/Download"
import { DownloadNotFound, DownloadRefused } from "@stoa/core/downloads/DownloadErrors"
import { MediaNotFound, MediaStorageFailed, MediaUnavailable } from "@stoa/core/media/MediaErrors"
import { OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const ofOrder = { id: Schema.String, downloadId: Schema.String }
const staff: Traits = { access: "staff", permission: "orders:write" }

export const DownloadPage = page("DownloadPage", Download)

/** Files that are sold. */
export class DownloadsGroup extends HttpApiGroup.make("downloads").add(
  HttpApiEndpoint.get("list", "/orders/:id/downloads", {
    params: { id: Schema.String },
    success: DownloadPage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("See the files of an order", { access: "guest" })),
  HttpApiEndpoint.post("open", "/orders/:id/downloads/:downloadId", {
    params: ofOrder,
    success: DownloadLink,
    error: problems(OrderNotFound, DownloadNotFound, DownloadRefused, MediaNotFound, MediaUnavailable, MediaStorageFailed)
  }).middleware(Idempotent).annotateMerge(
    operation("Get an address that downloads a file of an order, for ten minutes; it counts as a download", {
      access: "guest",
      idempotent: true
    })
  ),
  HttpApiEndpoint.post("grant", "/admin/orders/:id/downloads/:downloadId/grant", {
    params: ofOrder,
    payload: GrantDownload,
    success: Download,
    error: problems(OrderNotFound, DownloadNotFound)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Let the buyer of an order download a file again", { ...staff, idempotent: true })
  ),
  HttpApiEndpoint.post("revoke", "/admin/orders/:id/downloads/:downloadId/revoke", {
    params: ofOrder,
    success: Download,
    error: problems(OrderNotFound, DownloadNotFound)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Take a file of an order back", { ...staff, idempotent: true })
  ),
  HttpApiEndpoint.get("goods", "/admin/variants/:id/files", {
    params: { id: Schema.String },
    success: DigitalGoods,
    error: problems(VariantNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("See the files that whoever buys a variant gets", { access: "staff", permission: "catalog:read" })
  ),
  HttpApiEndpoint.put("setGoods", "/admin/variants/:id/files", {
    params: { id: Schema.String },
    payload: SetDigitalGoods,
    success: DigitalGoods,
    error: problems(VariantNotFound, MediaNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("Say which files whoever buys a variant gets, and how often and how long they can be downloaded", {
      access: "staff",
      permission: "catalog:write"
    })
  )
).annotateMerge(OpenApi.annotations({ title: "Downloads", description: "Files that are sold" })) {}
