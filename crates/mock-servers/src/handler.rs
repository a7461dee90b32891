//! The rmcp side of a mock: a handler written by hand, because the tools are data.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorCode, Implementation,
    ListToolsResult, PaginatedRequestParams, ProtocolVersion, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};

use floorwalker_mocks::{Caller, Fate, Performed, RPC_ERROR, ToolReply, face};

use crate::serve::Served;
use crate::tap::FateSlot;

/// Answers MCP requests from one mock.
#[derive(Clone)]
pub(crate) struct Handler {
    served: Served,
    config: Arc<ServerConfig>,
}

impl Handler {
    pub(crate) fn new(served: Served) -> Self {
        let (mock, _) = served.look();
        let info = mock.info();
        let mut capabilities = ServerCapabilities::builder().enable_tools().build();
        if let Some(tools) = &mut capabilities.tools {
            tools.list_changed = Some(false);
        }
        let config = ServerConfig::new(capabilities)
            .with_server_info(Implementation::new(info.name, info.version))
            .with_instructions(info.instructions);
        drop(mock);
        Self { served, config: Arc::new(config) }
    }

    fn page(&self, cursor: Option<&str>, slot: Option<&FateSlot>) -> Result<ListToolsResult, ErrorData> {
        let (mock, _) = self.served.look();
        let page = face::page(&**mock, cursor).map_err(|_| ErrorData::invalid_params("Unknown cursor", None))?;
        if let Some(slot) = slot {
            slot.lists(page.tools.clone());
        }
        let tools: Result<Vec<Tool>, _> = page.tools.into_iter().map(serde_json::from_value).collect();
        let tools = tools.map_err(|_| ErrorData::internal_error("a definition is not a tool", None))?;
        let mut result =
            ListToolsResult::with_all_items(tools).with_ttl_ms(face::TTL_MS).with_cache_scope(CacheScope::Public);
        result.next_cursor = page.next_cursor;
        Ok(result)
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.config.as_ref().clone()
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let slot = context.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<FateSlot>());
        self.page(request.and_then(|request| request.cursor).as_deref(), slot)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let parts = context.extensions.get::<Parts>();
        let caller = caller(parts);
        let arguments = request.arguments.unwrap_or_default();
        let (mut mock, now) = self.served.look();
        let Performed { reply, fate } = mock.perform(now, &caller, &request.name, &arguments);
        if let Some(slot) = parts.and_then(|parts| parts.extensions.get::<FateSlot>()) {
            slot.set(fate);
        }
        match fate {
            Fate::RpcError => Err(ErrorData::new(ErrorCode(RPC_ERROR.0), RPC_ERROR.1, None)),
            _ => Ok(result(reply).into()),
        }
    }
}

fn result(reply: ToolReply) -> CallToolResult {
    let content = reply.content.into_iter().map(ContentBlock::text).collect();
    let mut result = if reply.is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
    result.structured_content = reply.structured;
    result
}

/// Who calls, from the HTTP request. The stateless era has no sessions, whatever the header says.
fn caller(parts: Option<&Parts>) -> Caller {
    let header = |name: &str| parts.and_then(|parts| parts.headers.get(name)).and_then(|value| value.to_str().ok());
    let stateless = header("mcp-protocol-version") == Some(ProtocolVersion::V_2026_07_28.as_str());
    let session = header("mcp-session-id").filter(|_| !stateless);
    let bearer = header("authorization").and_then(|value| value.split_once(' '));
    let credential = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let peer = parts.and_then(|parts| parts.extensions.get::<ConnectInfo<SocketAddr>>());
    Caller {
        session: session.map(str::to_owned),
        credential: credential.map(|(_, token)| token.trim().to_owned()),
        address: peer.map_or_else(|| "unknown".to_owned(), |ConnectInfo(peer)| peer.ip().to_string()),
    }
}
