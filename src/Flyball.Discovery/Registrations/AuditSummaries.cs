using Flyball.Base.Resources;
using Flyball.Contracts.Journal;
using Microsoft.Extensions.Hosting;

namespace Flyball.Discovery.Registrations;

/// <summary>Writes what the budget has counted instead of written: when its minute is over.</summary>
internal sealed class AuditSummaries(AuditBudget budget, IResourceStore store, TimeProvider time) : BackgroundService
{
    /// <summary>Rows that wait for the store; ten minutes of the most addresses.</summary>
    private const int WaitingMax = 10_010;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>What the store could not take yet.</summary>
    private readonly List<AuditEntry> waiting = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(isLast: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, stoppingToken);
                await WriteAsync(isLast: false, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async ValueTask WriteAsync(bool isLast, CancellationToken cancellation)
    {
        IReadOnlyList<AuditEntry> summaries = budget.TakeSummaries(isLast);
        // A store that stays away does not fill the memory.
        if (waiting.Count + summaries.Count <= WaitingMax) waiting.AddRange(summaries);
        if (waiting.Count == 0) return;
        var transaction = new StoreTransaction();
        foreach (AuditEntry entry in waiting)
            transaction.Append(JournalEntries.From(entry, RegistrationKinds.Service.Key("*"), time));
        if ((await store.CommitAsync(transaction, cancellation)).IsCommitted) waiting.Clear();
    }
}
