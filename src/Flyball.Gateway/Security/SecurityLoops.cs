using Flyball.Base.Resources;
using Flyball.Gateway.Security.Jwt;
using Flyball.Gateway.Security.Keys;
using Flyball.Gateway.Tls;

namespace Flyball.Gateway.Security;

/// <summary>
/// What routes' policies need beside the routes: certificates, consumers, key sets; kept current together.
/// </summary>
internal sealed class SecurityLoops(
    IResourceReader reader, CertificateLoop certificates, ConsumerDirectory consumers, KeySets keySets)
{
    private Revision loaded;

    /// <summary>Takes over what there is; called once, before the doors open.</summary>
    public void Load()
    {
        ResourceSnapshot snapshot = reader.Current;
        loaded = snapshot.Revision;
        consumers.Apply(snapshot);
        certificates.Load();
    }

    /// <summary>No loop ends by itself: the first that does has failed.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops =
            [certificates.RunAsync(ending.Token), ConsumersAsync(ending.Token), keySets.RunAsync(ending.Token)];
        try
        {
            await await Task.WhenAny(loops);
        }
        finally
        {
            ending.Cancel();
            await Task.WhenAll(loops).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task ConsumersAsync(CancellationToken cancellation)
    {
        await foreach (ChangeBatch _ in reader.WatchAsync(ConsumerDirectory.WatchedKinds, loaded, cancellation))
            consumers.Apply(reader.Current);
    }
}
