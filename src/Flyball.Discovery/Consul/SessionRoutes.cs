using System.Text.Json;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary><c>/v1/session/…</c>: what holds locks.</summary>
internal sealed class SessionRoutes(
    SessionStore store, SessionKeeper keeper, SessionReader reader, CatalogueIndex index, BlockingQueries blocking)
{
    public Task HandleAsync(ConsulExchange exchange, string path)
    {
        exchange.RequireOwnDatacenter();
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        string name = slash < 0 ? "" : path[(slash + 1)..];
        return (slash < 0 ? path : path[..slash]) switch
        {
            "create" => CreateAsync(exchange),
            "destroy" when name.Length > 0 => DestroyAsync(exchange, name),
            "renew" when name.Length > 0 => RenewAsync(exchange, name),
            "info" when name.Length > 0 => ListAsync(exchange, session => session.Id == name),
            "node" when name.Length > 0 => ListAsync(exchange, session => session.Node == name),
            "list" => ListAsync(exchange, _ => true),
            _ => throw ConsulApplication.NotFound(exchange),
        };
    }

    private async Task CreateAsync(ConsulExchange exchange)
    {
        exchange.Require("PUT");
        LockSession session = await reader.ReadAsync(exchange);
        EditResult result = await store.CreateAsync(session, exchange.Caller, exchange.Aborted);
        await Edits.DoneAsync(index, exchange, result);
        keeper.Renew(session.Id);
        await exchange.JsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("ID"u8, session.Id);
            json.WriteEndObject();
        });
    }

    private async Task DestroyAsync(ConsulExchange exchange, string id)
    {
        exchange.Require("PUT");
        if (!Guid.TryParse(id, out _)) throw new ConsulException(400, $"Invalid session ID \"{id}\": it is no UUID");
        await Edits.DoneAsync(
            index, exchange, await store.EndAsync(id, isForced: false, exchange.Caller, exchange.Aborted));
        await exchange.BoolAsync(true);
    }

    private async Task RenewAsync(ConsulExchange exchange, string id)
    {
        exchange.Require("PUT");
        if (keeper.Renew(id) is null)
        {
            await exchange.TextAsync(404, $"Session id '{id}' not found");
            return;
        }

        await WriteAsync(exchange, session => session.Id == id);
    }

    private async Task ListAsync(ConsulExchange exchange, Func<LockSession, bool> wanted)
    {
        exchange.Require("GET");
        if (await blocking.ParksForAsync(exchange, () => index.Sessions.Index, index.Sessions.Changed)) return;
        exchange.SetIndex(index.Sessions.Index);
        await WriteAsync(exchange, wanted);
    }

    private Task WriteAsync(ConsulExchange exchange, Func<LockSession, bool> wanted) =>
        exchange.ListAsync(index.Sessions.List().Where(one => wanted(one.Session)), (json, one) =>
        {
            (LockSession session, long revision) = one;
            json.WriteStartObject();
            json.WriteString("ID"u8, session.Id);
            json.WriteString("Name"u8, session.Name);
            json.WriteString("Node"u8, session.Node);
            json.WriteNumber("LockDelay"u8, session.LockDelay.Ticks * 100);
            json.WriteString("Behavior"u8, session.DeletesKeys ? "delete" : "release");
            json.WriteString("TTL"u8, session.TtlText);
            ConsulJson.Texts(json, "NodeChecks"u8, session.NodeChecks);
            if (session.ServiceChecks.Count == 0) json.WriteNull("ServiceChecks"u8);
            else WriteServiceChecks(json, session);
            json.WriteNumber("CreateIndex"u8, revision);
            json.WriteNumber("ModifyIndex"u8, revision);
            json.WriteEndObject();
        });

    private static void WriteServiceChecks(Utf8JsonWriter json, LockSession session)
    {
        json.WriteStartArray("ServiceChecks"u8);
        foreach (string check in session.ServiceChecks)
        {
            json.WriteStartObject();
            json.WriteString("ID"u8, check);
            json.WriteString("Namespace"u8, "");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
