using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;

namespace Flyball.Gateway.Tls;

/// <summary>Keeps the certificates current: from the store as it changes, from the files at an interval.</summary>
internal sealed class CertificateLoop(
    IResourceReader reader, CertificateTable table, TlsOptions options, IWorkers workers, TimeProvider time)
{
    private static readonly string[] WatchedKinds = [Kinds.Certificate.Name];

    private Revision loaded;

    /// <summary>Takes over what there is; called once, before the first handshake.</summary>
    public void Load()
    {
        ResourceSnapshot snapshot = reader.Current;
        loaded = snapshot.Revision;
        table.Apply(snapshot);
        table.RefreshFiles();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task files = RefreshAsync(ending.Token);
        try
        {
            await foreach (ChangeBatch _ in reader.WatchAsync(WatchedKinds, loaded, cancellation))
                table.Apply(reader.Current);
        }
        finally
        {
            ending.Cancel();
            await files.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task RefreshAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Pause.ForAsync(options.FilesInterval, time, cancellation);
            await workers.RunAsync(table.RefreshFiles, cancellation);
        }
    }
}
