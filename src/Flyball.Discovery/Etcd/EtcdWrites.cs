using System.Globalization;
using System.Text;
using Flyball.Discovery.Consul;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Upsync;
using Microsoft.AspNetCore.Http;

namespace Flyball.Discovery.Etcd;

/// <summary>Setting and deleting keys as etcd's clients do.</summary>
internal sealed class EtcdWrites(KvStore store, CatalogueIndex index)
{
    private static readonly string[] Unsupported = ["ttl", "dir", "refresh"];

    /// <exception cref="EtcdException">A condition does not hold, or the key cannot be set.</exception>
    public async Task<EtcdEvent> PutAsync(ConsulExchange exchange, string key)
    {
        Check(key);
        ConsulQuery form = await FormAsync(exchange);
        foreach (string name in Unsupported)
        {
            if (Field(exchange, form, name) is { Length: > 0 })
                throw new EtcdException(
                    400, EtcdException.InvalidField, "Invalid field", $"{name} is not supported here");
        }

        KeyView? before = Stored(key);
        CheckConditions(exchange, form, key, before);
        byte[] value = Encoding.UTF8.GetBytes(Field(exchange, form, "value"));
        EditResult result = await store.PutAsync(
            new KvWrite { Key = key, Value = value, ExpectedIndex = before?.ModifyIndex ?? 0 }, exchange.Caller,
            exchange.Aborted);
        await DoneAsync(exchange, key, result);
        return new EtcdEvent(key, result.Revision.Value, Value(before), Value(Stored(key)) ?? throw Raced(key));
    }

    /// <exception cref="EtcdException">A condition does not hold, or the key is not there.</exception>
    public async Task<EtcdEvent> DeleteAsync(ConsulExchange exchange, string key)
    {
        Check(key);
        if (exchange.Query.Flag("recursive"))
        {
            if (index.Kv.List(key + "/").Items.Count == 0 && Stored(key) is null) throw Missing(key);
            EditResult all = await store.DeleteAllAsync(key + "/", exchange.Caller, exchange.Aborted);
            await DoneAsync(exchange, key, all);
            long at = index.Applied;
            if (Stored(key) is null) return new EtcdEvent(key, at, new EtcdValue("", at, at), null);
        }

        KeyView before = Stored(key) ?? throw Missing(key);
        CheckConditions(exchange, null, key, before);
        EditResult result = await store.DeleteAsync(key, before.ModifyIndex, exchange.Caller, exchange.Aborted);
        await DoneAsync(exchange, key, result);
        return new EtcdEvent(key, result.Revision.Value, Value(before), null);
    }

    private static async Task<ConsulQuery> FormAsync(ConsulExchange exchange)
    {
        byte[] body = await exchange.ReadBodyAsync();
        return new ConsulQuery(new QueryString(body.Length == 0 ? "" : "?" + Encoding.UTF8.GetString(body)));
    }

    private static string Field(ConsulExchange exchange, ConsulQuery? form, string name) =>
        form is not null && form.Has(name) ? form[name] : exchange.Query[name];

    private KeyView? Stored(string key) => index.Kv.Find(key).Item is { } item ? KeyView.Of(item) : null;

    private static EtcdValue? Value(KeyView? key) =>
        key is null ? null : new EtcdValue(EtcdTree.Text(key.Value), key.CreateIndex, key.ModifyIndex);

    private static void CheckConditions(ConsulExchange exchange, ConsulQuery? form, string key, KeyView? before)
    {
        string exists = Field(exchange, form, "prevExist");
        if (exists == "true" && before is null) throw Missing(key);
        if (exists == "false" && before is not null)
            throw new EtcdException(412, EtcdException.KeyExists, "Key already exists", "/" + key);
        string value = Field(exchange, form, "prevValue");
        string at = Field(exchange, form, "prevIndex");
        if (value.Length == 0 && at.Length == 0) return;
        if (before is null) throw Missing(key);
        string now = before.ModifyIndex.ToString(CultureInfo.InvariantCulture);
        if ((value.Length > 0 && value != EtcdTree.Text(before.Value)) || (at.Length > 0 && at != now))
        {
            throw new EtcdException(
                412, EtcdException.CompareFailed, "Compare failed",
                $"[{value} != {EtcdTree.Text(before.Value)}] [{at} != {now}]");
        }
    }

    private async Task DoneAsync(ConsulExchange exchange, string key, EditResult result)
    {
        if (result.Outcome == EditOutcome.NotMet) throw Raced(key);
        if (!result.IsDone)
            throw new EtcdException(503, EtcdException.RaftInternal, "Raft Internal Error", result.Reason);
        await index.WaitForAsync(result.Revision, exchange.Aborted);
    }

    private static void Check(string key)
    {
        const int KeyCharsMax = 512;
        if (key.Length == 0) throw new EtcdException(403, 107, "Root is read only", "/");
        if (key.Length > KeyCharsMax)
            throw new EtcdException(
                400, EtcdException.InvalidField, "Invalid field", $"a key has at most {KeyCharsMax} characters");
    }

    private static EtcdException Missing(string key) => new(404, EtcdException.KeyNotFound, "Key not found", "/" + key);

    private static EtcdException Raced(string key) => new(
        412, EtcdException.CompareFailed, "Compare failed", $"/{key} was changed by another client at the same time");
}
