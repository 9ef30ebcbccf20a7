using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Contracts.Journal;
using Flyball.Gateway.Api;
using Flyball.Gateway.Security.Basic;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Security.Keys;

/// <summary>Changes consumers in the store, each change with its audit entry.</summary>
internal sealed class ConsumerBook(IResourceStore store, TimeProvider time)
{
    private const int TriesMax = 5;

    public async Task<ConsumerOutcome> AddAsync(
        ConsumerRequest request, (string Identity, string Remote) who, CancellationToken cancellation)
    {
        string key = ApiKey.Create();
        var consumer = new Consumer
        {
            CreatedUnixMs = Now(),
            Keys = [Keep(key)],
            Groups = [.. request.Groups ?? []],
            PasswordHash = request.Password is { } password ? PasswordHash.Create(password) : null,
        };
        ResourceKey at = Kinds.Consumer.Key(request.Name!);
        CommitResult result = await store.CommitAsync(
            new StoreTransaction()
                .Require(at, Revision.None)
                .Put(at, Kinds.Consumer.Encode(consumer))
                .Append(Audit("consumer.add", at, who)),
            cancellation);
        if (result.Outcome == CommitOutcome.Conflict)
            return new ConsumerOutcome(StatusCodes.Status409Conflict, $"There is a consumer '{request.Name}' already.");
        return result.IsCommitted ? new ConsumerOutcome(StatusCodes.Status201Created, "", key) : NotNow(result);
    }

    /// <summary>A new key; the old ones end after <paramref name="grace"/>.</summary>
    public async Task<ConsumerOutcome> RotateAsync(
        string name, TimeSpan grace, (string Identity, string Remote) who, CancellationToken cancellation)
    {
        string key = ApiKey.Create();
        long now = Now();
        long ends = now + (long)grace.TotalMilliseconds;
        for (int tries = 1; ; tries++)
        {
            if (store.Current.Get(Kinds.Consumer, name) is not { } known) return ConsumerOutcome.Unknown(name);
            IEnumerable<ConsumerKey> old = known.Value.Keys
                .Select(one => one with { EndsUnixMs = Math.Min(one.EndsUnixMs ?? ends, ends) })
                .Where(one => one.EndsUnixMs > now)
                .TakeLast(Consumer.KeysMax - 1);
            CommitResult result = await store.CommitAsync(
                new StoreTransaction()
                    .Require(known.Key, known.Revision)
                    .Put(known.Key, Kinds.Consumer.Encode(known.Value with { Keys = [.. old, Keep(key)] }))
                    .Append(Audit("consumer.rotate", known.Key, who)),
                cancellation);
            if (result.IsCommitted) return new ConsumerOutcome(StatusCodes.Status200OK, "", key);
            if (result.Outcome != CommitOutcome.Conflict || tries == TriesMax) return NotNow(result);
        }
    }

    public async Task<ConsumerOutcome> RemoveAsync(
        string name, (string Identity, string Remote) who, CancellationToken cancellation)
    {
        if (store.Current.Get(Kinds.Consumer, name) is not { } known) return ConsumerOutcome.Unknown(name);
        CommitResult result = await store.CommitAsync(
            new StoreTransaction().Delete(known.Key).Append(Audit("consumer.rm", known.Key, who)), cancellation);
        return result.IsCommitted ? new ConsumerOutcome(StatusCodes.Status204NoContent, "") : NotNow(result);
    }

    private ConsumerKey Keep(string key) => new()
    {
        Hash = ApiKey.Hash(key), Hint = ApiKey.Hint(key), CreatedUnixMs = Now(),
    };

    private JournalEntry Audit(string action, ResourceKey at, (string Identity, string Remote) who) =>
        JournalEntries.From(
            new AuditEntry
            {
                Identity = who.Identity, Action = action, Target = at.Name, Outcome = "ok", Remote = who.Remote,
            }, at, time);

    private static ConsumerOutcome NotNow(CommitResult result) =>
        new(StatusCodes.Status503ServiceUnavailable, $"Nothing was changed: {result.Outcome} {result.Reason}");

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
