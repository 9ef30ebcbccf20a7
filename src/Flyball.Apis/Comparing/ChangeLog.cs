using System.Collections.Frozen;
using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>
/// Gathers changes. What is said twice, because two operations share it, becomes one change that names both.
/// </summary>
internal sealed class ChangeLog
{
    /// <summary>Letters of a change's sentence.</summary>
    public const int MessageLengthMax = 1_000;

    /// <summary>Changes that are kept; a comparison of two unlike documents has no end otherwise.</summary>
    private const int KeptMax = 20_000;

    /// <summary>Changes of schemas that wait to be told with the operations that they concern.</summary>
    private const int WaitingMax = 100_000;

    /// <summary>
    /// Operations that changes of several schemas are told of, all changes together; further ones are not named.
    /// </summary>
    private const int OperationsMax = 1_000_000;

    private static readonly IReadOnlySet<string> NoOperations = FrozenSet<string>.Empty;

    private readonly Dictionary<(string Code, string Pointer, string Message), Entry> entries = [];
    private int operationsAdded;
    private int waiting;

    public bool IsCut { get; private set; }

    public bool IsFull => waiting == WaitingMax;

    /// <summary>Room for a change that waits; none when there are too many already.</summary>
    public bool Take()
    {
        IsCut |= IsFull;
        if (IsFull) return false;
        waiting++;
        return true;
    }

    /// <summary>Changes that have been told, or never will be.</summary>
    public void Release(int count) => waiting -= count;

    /// <param name="operations">Must not change any more.</param>
    public void Add(
        Severity severity, string code, Located at, bool isInOld, string message,
        IReadOnlySet<string>? operations = null)
    {
        var key = (code, at.Pointer.ToString(), Excerpt.Of(message, MessageLengthMax));
        if (!entries.TryGetValue(key, out Entry? entry))
        {
            if (entries.Count == KeptMax)
            {
                IsCut = true;
                return;
            }

            entries.Add(key, new Entry(severity, at, isInOld, entries.Count, operations ?? NoOperations));
        }
        else if (operations is not null && !ReferenceEquals(operations, entry.Operations)) Union(entry, operations);
    }

    /// <summary>Not everything was looked at.</summary>
    public void Cut() => IsCut = true;

    public ApiComparison Finish()
    {
        ApiChange[] all =
        [
            .. entries.OrderBy(entry => entry.Value.Severity).ThenBy(entry => entry.Value.Order)
                .Select(entry => Change(entry.Key, entry.Value)),
        ];
        int Count(Severity severity) => all.Count(change => change.Severity == severity);
        return new ApiComparison(
            all.Length > ApiComparison.ChangesMax ? all[..ApiComparison.ChangesMax] : all,
            Count(Severity.Breaking), Count(Severity.Compatible), Count(Severity.Other),
            IsCut || all.Length > ApiComparison.ChangesMax);
    }

    /// <summary>The first set of an entry is whoever's who told it: most changes are told once.</summary>
    private void Union(Entry entry, IReadOnlySet<string> more)
    {
        if (entry.Own is null)
        {
            operationsAdded += entry.Operations.Count;
            entry.Operations = entry.Own = new SortedSet<string>(entry.Operations, StringComparer.Ordinal);
        }

        operationsAdded += more.Count;
        if (operationsAdded > OperationsMax) IsCut = true;
        else entry.Own.UnionWith(more);
    }

    private static ApiChange Change((string Code, string Pointer, string Message) key, Entry entry) => new()
    {
        Severity = entry.Severity,
        Code = key.Code,
        Message = key.Message,
        Pointer = key.Pointer,
        IsInOld = entry.IsInOld,
        Line = entry.At.Node.Line,
        Operations = [.. entry.Operations.Take(ApiChange.OperationsNamedMax)],
        OperationCount = entry.Operations.Count,
    };

    private sealed class Entry(
        Severity severity, Located at, bool isInOld, int order, IReadOnlySet<string> operations)
    {
        public Severity Severity => severity;

        public Located At => at;

        public bool IsInOld => isInOld;

        public int Order => order;

        public IReadOnlySet<string> Operations { get; set; } = operations;

        /// <summary>The operations, when they are of more than one set.</summary>
        public SortedSet<string>? Own { get; set; }
    }
}
