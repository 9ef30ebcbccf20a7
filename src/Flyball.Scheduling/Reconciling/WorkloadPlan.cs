using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Journal;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// What shall be done about one workload: writes with the revisions they build on, the decisions and events that tell
/// of them, and when to look again if nothing else happens. One transaction: all of it or nothing.
/// </summary>
internal sealed class WorkloadPlan(string workload)
{
    private readonly SortedDictionary<ResourceKey, byte[]?> writes = [];
    private readonly SortedDictionary<ResourceKey, Revision> required = [];
    private readonly List<Decision> decisions = [];
    private readonly List<Event> events = [];

    public string Workload => workload;

    /// <summary>Null when only a change is a reason to look again.</summary>
    public long? WakeAtUnixMs { get; private set; }

    /// <summary>It waits for another workload to start.</summary>
    public bool AwaitsOthers { get; set; }

    public IReadOnlyDictionary<ResourceKey, byte[]?> Writes => writes;

    public IReadOnlyList<Decision> Decisions => decisions;

    public IReadOnlyList<Event> Events => events;

    public bool IsEmpty => writes.Count == 0 && decisions.Count == 0 && events.Count == 0;

    public void Put<T>(ResourceKind<T> kind, string name, T value, Revision known) where T : class
    {
        ResourceKey key = kind.Key(name);
        writes[key] = kind.Encode(value);
        Require(key, known);
    }

    public void Delete(ResourceKey key, Revision known)
    {
        writes[key] = null;
        Require(key, known);
    }

    /// <summary>The plan was made from this revision; it does not hold when another came.</summary>
    public void Require(ResourceKey key, Revision known) => required.TryAdd(key, known);

    public void Decide(Decision decision) => decisions.Add(decision);

    public void Report(Event happened) => events.Add(happened);

    public void WakeAt(long unixMs) => WakeAtUnixMs = Math.Min(WakeAtUnixMs ?? long.MaxValue, unixMs);

    public StoreTransaction ToTransaction(TimeProvider time)
    {
        var transaction = new StoreTransaction();
        foreach ((ResourceKey key, Revision revision) in required) transaction.Require(key, revision);
        foreach ((ResourceKey key, byte[]? value) in writes)
        {
            if (value is null) transaction.Delete(key);
            else transaction.Put(key, value);
        }

        ResourceKey subject = Kinds.Workload.Key(workload);
        foreach (Decision decision in decisions) transaction.Append(JournalEntries.From(decision, subject, time));
        foreach (Event happened in events) transaction.Append(JournalEntries.From(happened, subject, time));
        return transaction;
    }
}
