// Buys a site through the gateway with the TypeScript SDK, once in each way that it can connect.
//
// Usage: node buy.mjs URL TOKEN. Prints `pay` when a person has to pay, and goes on when a line comes in.

import assert from "node:assert/strict";
import { createInterface } from "node:readline";

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const [url, token] = process.argv.slice(2);
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function buy(mode, slug) {
  const client = new Client({ name: "counterpart", version: "1" }, { versionNegotiation: { mode } });
  const headers = { Authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  assert.equal((await client.listTools()).tools.length, 95);

  const call = (name, args) => client.callTool({ name, arguments: args });
  const told = (result) => {
    assert.ok(!result.isError, JSON.stringify(result));
    return JSON.parse(result.content[0].text);
  };
  const { id } = told(await call("create_checkout", { sku: "bh_site_starter_monthly" }));
  told(await call("update_checkout", { checkout_id: id, requested_slug: slug }));
  told(await call("complete_checkout", { checkout_id: id }));
  console.log("pay", id);
  await answers.next();
  assert.match(told(await call("get_checkout_status", { checkout_id: id })).api_key, /^bh_/);

  const again = await call("get_checkout_status", { checkout_id: id });
  assert.ok(again.isError);
  assert.equal(again._meta["floorwalker/decision"].rule, "/checkout/done");
  await assert.rejects(call("no_such_tool", {}), /Unknown tool: no_such_tool/);
  await client.close();
}

await buy("legacy", "ts-legacy");
await buy("auto", "ts-auto");
await buy({ pin: "2026-07-28" }, "ts-modern");
process.exit(0);
