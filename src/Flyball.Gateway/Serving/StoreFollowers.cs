using Flyball.Gateway.Routing;
using Flyball.Gateway.Security;

namespace Flyball.Gateway.Serving;

/// <summary>
/// All that a gateway keeps current from the store: routes and endpoints, and what routes' policies need.
/// </summary>
internal sealed class StoreFollowers(RoutingLoop routing, SecurityLoops security)
{
    /// <summary>Takes over what the store has; called once, before the doors open.</summary>
    public void Load()
    {
        // Who may come in is known before anybody is let in.
        security.Load();
        routing.Load();
    }

    /// <summary>Neither ends by itself: the first that does has failed.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [routing.RunAsync(ending.Token), security.RunAsync(ending.Token)];
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
}
