"""Buys a site through the gateway with the Python SDK, once in each way that it can connect.

Usage: buy.py URL TOKEN. Prints `pay` when a person has to pay, and goes on when a line comes in.
"""

import asyncio
import json
import sys

import mcp
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

MODES = {"legacy": "py-legacy", "auto": "py-auto", "2026-07-28": "py-modern"}


async def buy(url: str, token: str, mode: str, slug: str) -> None:
    http = create_mcp_http_client(headers={"Authorization": f"Bearer {token}"})
    async with mcp.Client(streamable_http_client(url, http_client=http), mode=mode) as client:
        assert len((await client.list_tools()).tools) == 95

        async def call(tool: str, **arguments: str) -> mcp.types.CallToolResult:
            return await client.call_tool(tool, arguments)

        def told(result: mcp.types.CallToolResult) -> dict:
            assert not result.is_error, result
            return json.loads(result.content[0].text)

        checkout = told(await call("create_checkout", sku="bh_site_starter_monthly"))["id"]
        told(await call("update_checkout", checkout_id=checkout, requested_slug=slug))
        told(await call("complete_checkout", checkout_id=checkout))
        print("pay", checkout, flush=True)
        sys.stdin.readline()
        assert told(await call("get_checkout_status", checkout_id=checkout))["api_key"].startswith("bh_")

        again = await call("get_checkout_status", checkout_id=checkout)
        assert again.is_error and again.meta["floorwalker/decision"]["rule"] == "/checkout/done", again
        try:
            await call("no_such_tool")
        except mcp.MCPError as error:
            assert "Unknown tool: no_such_tool" in str(error), error
        else:
            raise AssertionError("an unknown tool was answered")


for mode, slug in MODES.items():
    asyncio.run(asyncio.wait_for(buy(sys.argv[1], sys.argv[2], mode, slug), 60))
