using System.Text.Json;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Upsync;

namespace Flyball.Discovery.Consul;

/// <summary><c>/v1/kv/…</c>: keys and values, with locks.</summary>
internal sealed class KvRoutes(KvStore store, KeyReader keys, CatalogueIndex index, BlockingQueries blocking)
{
    private const int KeyCharsMax = 512;

    public Task HandleAsync(ConsulExchange exchange, string key)
    {
        exchange.Require("GET", "HEAD", "PUT", "DELETE");
        exchange.RequireOwnDatacenter();
        if (key.Length > KeyCharsMax) throw new ConsulException(
            400, $"KeyCharsMax: a key has at most {KeyCharsMax} characters");
        return exchange.Method switch
        {
            "PUT" => PutAsync(exchange, key),
            "DELETE" => DeleteAsync(exchange, key),
            _ => GetAsync(exchange, key),
        };
    }

    private async Task GetAsync(ConsulExchange exchange, string key)
    {
        bool isList = exchange.Query.Has("keys");
        bool isPrefix = isList || exchange.Query.Has("recurse");
        if (!isPrefix && key.Length == 0) throw new ConsulException(400, "Missing key name");
        if (await blocking.ParksForKeyAsync(
            exchange, key, isPrefix, UpsyncProjection.ServiceOf(key), () => keys.IndexOf(key, isPrefix))) return;
        exchange.SetIndex(keys.IndexOf(key, isPrefix));
        if (isList) await ListAsync(exchange, key);
        else if (isPrefix) await EntriesAsync(exchange, [.. keys.List(key)]);
        else if (keys.Find(key) is not { } one) await exchange.EmptyAsync(404);
        else if (exchange.Query.Has("raw")) await RawAsync(exchange, one);
        else await EntriesAsync(exchange, [one]);
    }

    private static Task RawAsync(ConsulExchange exchange, KeyView key)
    {
        // A browser must not take a value for a page.
        exchange.Context.Response.Headers["X-Content-Type-Options"] = "nosniff";
        exchange.Context.Response.Headers.ContentSecurityPolicy = "sandbox";
        return exchange.BytesAsync(200, "text/plain", key.Value);
    }

    private Task ListAsync(ConsulExchange exchange, string prefix)
    {
        string separator = exchange.Query["separator"];
        var names = new List<string>();
        foreach (KeyView key in keys.List(prefix))
        {
            int end = separator.Length == 0 ? -1 : key.Key.IndexOf(separator, prefix.Length, StringComparison.Ordinal);
            string name = end < 0 ? key.Key : key.Key[..(end + separator.Length)];
            if (names.Count == 0 || names[^1] != name) names.Add(name);
        }

        if (names.Count == 0) return exchange.EmptyAsync(404);
        return exchange.JsonAsync(json =>
        {
            json.WriteStartArray();
            foreach (string name in names) json.WriteStringValue(name);
            json.WriteEndArray();
        });
    }

    private static Task EntriesAsync(ConsulExchange exchange, IReadOnlyList<KeyView> entries)
    {
        if (entries.Count == 0) return exchange.EmptyAsync(404);
        return exchange.JsonAsync(json =>
        {
            json.WriteStartArray();
            foreach (KeyView entry in entries) Write(json, entry);
            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, KeyView entry)
    {
        json.WriteStartObject();
        json.WriteNumber("LockIndex"u8, entry.LockIndex);
        json.WriteString("Key"u8, entry.Key);
        json.WriteNumber("Flags"u8, entry.Flags);
        if (entry.Value.Length == 0) json.WriteNull("Value"u8);
        else json.WriteBase64String("Value"u8, entry.Value);
        if (entry.Session is not null) json.WriteString("Session"u8, entry.Session);
        json.WriteNumber("CreateIndex"u8, entry.CreateIndex);
        json.WriteNumber("ModifyIndex"u8, entry.ModifyIndex);
        json.WriteEndObject();
    }

    private async Task PutAsync(ConsulExchange exchange, string key)
    {
        if (key.Length == 0) throw new ConsulException(400, "Missing key name");
        string acquire = exchange.Query["acquire"];
        string release = exchange.Query["release"];
        bool isCas = exchange.Query.Has("cas");
        if ((acquire.Length > 0 ? 1 : 0) + (release.Length > 0 ? 1 : 0) + (isCas ? 1 : 0) > 1)
            throw new ConsulException(400, "Conflicting flags: only one of cas, acquire and release may be given");
        var write = new KvWrite
        {
            Key = key,
            Flags = exchange.Query.Number("flags") ?? 0,
            ExpectedIndex = isCas ? Index(exchange) : null,
            Acquire = acquire.Length > 0 ? acquire : null,
            Release = release.Length > 0 ? release : null,
            Value = await exchange.ReadBodyAsync(),
        };
        await AnswerAsync(exchange, await store.PutAsync(write, exchange.Caller, exchange.Aborted));
    }

    private async Task DeleteAsync(ConsulExchange exchange, string key)
    {
        bool isCas = exchange.Query.Has("cas");
        if (exchange.Query.Has("recurse"))
        {
            if (isCas) throw new ConsulException(400, "Conflicting flags: cas and recurse");
            await AnswerAsync(exchange, await store.DeleteAllAsync(key, exchange.Caller, exchange.Aborted));
            return;
        }

        if (key.Length == 0) throw new ConsulException(400, "Missing key name");
        await AnswerAsync(
            exchange,
            await store.DeleteAsync(key, isCas ? Index(exchange) : null, exchange.Caller, exchange.Aborted));
    }

    private static long Index(ConsulExchange exchange) =>
        exchange.Query.Number("cas") is { } index && index <= long.MaxValue
            ? (long)index
            : throw new ConsulException(400, "Invalid cas: it is an index");

    private async Task AnswerAsync(ConsulExchange exchange, EditResult result)
    {
        if (result.Outcome == EditOutcome.NotMet)
        {
            await exchange.BoolAsync(false);
            return;
        }

        // Consul's own status for a session that does not exist.
        if (result.Outcome == EditOutcome.Missing) throw new ConsulException(500, result.Reason);
        await Edits.DoneAsync(index, exchange, result);
        await exchange.BoolAsync(true);
    }
}
