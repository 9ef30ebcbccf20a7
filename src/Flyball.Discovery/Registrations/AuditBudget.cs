using Flyball.Base.Resources;
using Flyball.Contracts.Journal;

namespace Flyball.Discovery.Registrations;

/// <summary>
/// How many audit rows the open doors may cause: each address has <see cref="DiscoveryOptions.AuditRowsPerMinute"/>
/// rows of its own a minute, and what it does beyond them is counted into one row at the minute's end. So a client that
/// registers all day long does not fill the journal, and none pushes out what another did.
/// </summary>
internal sealed class AuditBudget(DiscoveryOptions options, TimeProvider time)
{
    /// <summary>Addresses counted apart in a minute; all others share one count.</summary>
    private const int RemotesMax = 1_000;

    /// <summary>Stands for every address beyond <see cref="RemotesMax"/>.</summary>
    private const string Others = "others";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Door, string Remote), Spent> spent = [];
    private long windowEndUnixMs;

    /// <summary>Adds the entry to the transaction, or counts it.</summary>
    public void Append(StoreTransaction transaction, AuditEntry entry, ResourceKey subject)
    {
        if (Take(entry)) transaction.Append(JournalEntries.From(entry, subject, time));
    }

    /// <summary>
    /// One entry for each address that went beyond its rows in a minute that is over; then they are new.
    /// </summary>
    /// <param name="isLast">The minute ends here.</param>
    public IReadOnlyList<AuditEntry> TakeSummaries(bool isLast = false)
    {
        lock (gate)
        {
            if (spent.Count == 0 || (!isLast && Now < windowEndUnixMs)) return [];
            AuditEntry[] summaries =
            [
                .. spent.Where(pair => pair.Value.Beyond > 0)
                    .OrderBy(pair => pair.Key.Door, StringComparer.Ordinal)
                        .ThenBy(pair => pair.Key.Remote, StringComparer.Ordinal)
                    .Select(pair => new AuditEntry
                    {
                        Identity = pair.Key.Door,
                        Action = "many",
                        Target = pair.Value.LastTarget,
                        Outcome = "ok",
                        Remote = pair.Key.Remote,
                        Detail = FormattableString.Invariant(
                            $"{pair.Value.Beyond} more changes within a minute, the last: {pair.Value.LastAction}"),
                    }),
            ];
            spent.Clear();
            return summaries;
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool Take(AuditEntry entry)
    {
        lock (gate)
        {
            if (spent.Count == 0) windowEndUnixMs = Now + (long)Window.TotalMilliseconds;
            (string, string) who = (entry.Identity, entry.Remote);
            if (!spent.ContainsKey(who) && spent.Count >= RemotesMax) who = (entry.Identity, Others);
            Spent so = spent.GetValueOrDefault(who);
            bool has = so.Rows < options.AuditRowsPerMinute;
            spent[who] = has ? so with { Rows = so.Rows + 1 }
                : so with { Beyond = so.Beyond + 1, LastAction = entry.Action, LastTarget = entry.Target };
            return has;
        }
    }

    private readonly record struct Spent(int Rows, long Beyond, string LastAction, string LastTarget);
}
