using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>Turns how a change ended into the answer; a success is visible to every reader by then.</summary>
internal static class Edits
{
    /// <exception cref="ConsulException">It was not done.</exception>
    public static async ValueTask DoneAsync(CatalogueIndex index, ConsulExchange exchange, EditResult result)
    {
        switch (result.Outcome)
        {
            case EditOutcome.Done:
                await index.WaitForAsync(result.Revision, exchange.Aborted);
                return;
            case EditOutcome.Missing:
                throw new ConsulException(404, result.Reason);
            case EditOutcome.NotMet:
                throw new ConsulException(400, result.Reason);
            case EditOutcome.Refused:
                throw new ConsulException(429, result.Reason);
            default:
                throw new ConsulException(503, result.Reason);
        }
    }
}
