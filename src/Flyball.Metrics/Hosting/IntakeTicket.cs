using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Hosting;

/// <summary>One write's batch and its report; disposing gives both back.</summary>
internal sealed class IntakeTicket(SampleIntake intake, StoreLease lease, SampleBatch batch, AppendReport report)
    : IDisposable
{
    private bool isDisposed;

    /// <summary>To be cleared with the form of its labels, then filled.</summary>
    public SampleBatch Batch => batch;

    /// <summary>What became of the batch after <see cref="AppendAsync"/>.</summary>
    public AppendReport Report => report;

    /// <summary>Stores what is in the batch.</summary>
    public ValueTask<CommitOutcome> AppendAsync() => lease.Store.AppendAsync(batch, report);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, true)) return;
        lease.Dispose();
        intake.Leave(this);
    }
}
