using Flyball.Apis.Describing;

namespace Flyball.Apis.Comparing;

/// <summary>
/// Gathers changes. What is said twice, because two operations share it, becomes one change that names both.
/// </summary>
internal sealed class ChangeLog
{
    /// <summary>Changes that are kept; a comparison of two unlike documents has no end otherwise.</summary>
    private const int KeptMax = 20_000;

    private readonly Dictionary<(string Code, string Pointer, string Message), Entry> entries = [];

    public bool IsCut { get; private set; }

    public void Add(
        Severity severity, string code, Located at, bool isInOld, string message,
        IEnumerable<string>? operations = null)
    {
        var key = (code, at.Pointer, message);
        if (!entries.TryGetValue(key, out Entry? entry))
        {
            if (entries.Count == KeptMax)
            {
                IsCut = true;
                return;
            }

            entry = new Entry(severity, at, isInOld, entries.Count);
            entries.Add(key, entry);
        }

        foreach (string operation in operations ?? []) entry.Operations.Add(operation);
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

    private sealed record Entry(Severity Severity, Located At, bool IsInOld, int Order)
    {
        public SortedSet<string> Operations { get; } = new(StringComparer.Ordinal);
    }
}
