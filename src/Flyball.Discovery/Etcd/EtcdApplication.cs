using System.Globalization;
using System.Text.Json;
using Flyball.Discovery.Consul;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Upsync;
using Microsoft.AspNetCore.Http;

namespace Flyball.Discovery.Etcd;

/// <summary>
/// etcd's version 2 of keys, as far as nginx' upsync module and simple clients use it: reading, watching, setting and
/// deleting. The keys are those of Consul's API.
/// </summary>
internal sealed class EtcdApplication(
    EtcdTree tree, EtcdHistory history, EtcdWrites writes, CatalogueIndex index, BlockingQueries blocking,
    DoorParts parts)
{
    private const string Root = "/v2/keys";

    public async Task HandleAsync(HttpContext context)
    {
        var exchange = new ConsulExchange(context, "etcd", parts.Options);
        await parts.AnswerAsync(exchange, RouteAsync);
    }

    private async Task RouteAsync(ConsulExchange exchange)
    {
        string path = DoorParts.PathOf(exchange.Context.Request);
        if (path == "/version")
        {
            await exchange.BytesAsync(
                200, "application/json", """{"etcdserver":"2.3.8","etcdcluster":"2.3.0"}"""u8.ToArray());
            return;
        }

        if (path == "/health")
        {
            await exchange.BytesAsync(200, "application/json", """{"health":"true"}"""u8.ToArray());
            return;
        }

        if (path != Root && !path.StartsWith(Root + "/", StringComparison.Ordinal))
            throw new ConsulException(404, "404 page not found: etcd's version 2 of keys is served below /v2/keys");
        string key = path[Root.Length..].Trim('/');
        try
        {
            await AnswerAsync(exchange, key);
        }
        catch (EtcdException e)
        {
            await ErrorAsync(exchange, e);
        }
    }

    private Task AnswerAsync(ConsulExchange exchange, string key) => exchange.Method switch
    {
        "GET" or "HEAD" => exchange.Query.Flag("wait") ? WatchAsync(exchange, key) : GetAsync(exchange, key),
        "PUT" => PutAsync(exchange, key),
        "DELETE" => DeleteAsync(exchange, key),
        _ => throw new EtcdException(405, EtcdException.InvalidField, "Method not allowed", exchange.Method),
    };

    private async Task GetAsync(ConsulExchange exchange, string key)
    {
        SetIndex(exchange, index.Applied);
        bool isThere = false;
        bool isRecursive = exchange.Query.Flag("recursive");
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ConsulJson.Options(false)))
        {
            json.WriteStartObject();
            json.WriteString("action"u8, "get");
            json.WritePropertyName("node"u8);
            isThere = tree.Write(json, key, isRecursive);
            if (!isThere) json.WriteNullValue();
            json.WriteEndObject();
        }

        if (!isThere) throw new EtcdException(404, EtcdException.KeyNotFound, "Key not found", "/" + key);
        await exchange.BytesAsync(200, "application/json", buffer.WrittenMemory);
    }

    /// <summary>
    /// Waits for one change. When none comes in time the answer is what there is, from which to go on.
    /// </summary>
    private async Task WatchAsync(ConsulExchange exchange, string key)
    {
        bool isRecursive = exchange.Query.Flag("recursive");
        long seen = index.Applied;
        ulong? wanted = exchange.Query.Number("waitIndex");
        long from = wanted > 0 ? (long)Math.Min(wanted.Value, long.MaxValue) : seen + 1;
        EtcdEvent? found = Find(key, isRecursive, from, seen);
        if (found is null)
        {
            // Woken, it goes on from where it began.
            string and = wanted > 0 ? "" : FormattableString.Invariant($"waitIndex={from}");
            if (await blocking.ParksForKeyAsync(
                exchange, BlockingQueries.UsualWait, key, isRecursive, UpsyncProjection.ServiceOf(key),
                () => Find(key, isRecursive, from, index.Applied) is not null, and)) return;
            found = Find(key, isRecursive, from, index.Applied);
        }

        if (found is null) await TimedOutAsync(exchange, key);
        else await EventAsync(exchange, found);
    }

    private EtcdEvent? Find(string key, bool isRecursive, long from, long seen)
    {
        EtcdEvent? found = history.Find(key, isRecursive, from, out bool isForgotten);
        return isForgotten
            ? throw new EtcdException(
                400, EtcdException.EventIndexCleared, "The event in requested index is outdated and cleared",
                $"the requested history has been cleared [{from}/{seen}]")
            : found;
    }

    private async Task TimedOutAsync(ConsulExchange exchange, string key)
    {
        try
        {
            await GetAsync(exchange, key);
        }
        catch (EtcdException)
        {
            throw new EtcdException(
                400, EtcdException.EventIndexCleared, "The event in requested index is outdated and cleared",
                $"nothing is at /{key}");
        }
    }

    private Task EventAsync(ConsulExchange exchange, EtcdEvent found)
    {
        SetIndex(exchange, index.Applied);
        return exchange.JsonAsync(json => WriteEvent(json, found));
    }

    private static void WriteEvent(Utf8JsonWriter json, EtcdEvent found)
    {
        json.WriteStartObject();
        json.WriteString("action"u8, found.After is null ? "delete" : "set");
        json.WritePropertyName("node"u8);
        EtcdValue node = found.After ?? found.Before! with { ModifiedIndex = found.Index };
        EtcdTree.Value(json, found.Key, node, withText: found.After is not null);
        if (found.Before is { } before)
        {
            json.WritePropertyName("prevNode"u8);
            EtcdTree.Value(json, found.Key, before, withText: true);
        }

        json.WriteEndObject();
    }

    private async Task PutAsync(ConsulExchange exchange, string key)
    {
        EtcdEvent done = await writes.PutAsync(exchange, key);
        SetIndex(exchange, index.Applied);
        await exchange.JsonAsync(json => WriteEvent(json, done), done.Before is null ? 201 : 200);
    }

    private async Task DeleteAsync(ConsulExchange exchange, string key)
    {
        EtcdEvent done = await writes.DeleteAsync(exchange, key);
        SetIndex(exchange, index.Applied);
        await exchange.JsonAsync(json => WriteEvent(json, done));
    }

    private Task ErrorAsync(ConsulExchange exchange, EtcdException error)
    {
        SetIndex(exchange, index.Applied);
        return exchange.JsonAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("errorCode"u8, error.Code);
                json.WriteString("message"u8, error.Message);
                json.WriteString("cause"u8, error.Cause);
                json.WriteNumber("index"u8, index.Applied);
                json.WriteEndObject();
            },
            error.Status);
    }

    private static void SetIndex(ConsulExchange exchange, long at)
    {
        exchange.Context.Response.Headers["X-Etcd-Index"] = at.ToString(CultureInfo.InvariantCulture);
        exchange.Context.Response.Headers["X-Etcd-Cluster-Id"] = "666c7962616c6c00";
    }
}
