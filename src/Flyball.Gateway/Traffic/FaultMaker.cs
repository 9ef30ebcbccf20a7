using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.Traffic;

/// <summary>Delays some requests and answers some itself, as a route asks for tests.</summary>
internal sealed class FaultMaker(RandomSequence random, TimeProvider time)
{
    /// <summary>Waits where a delay is due; the answer to give instead of forwarding, or null.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask<Refusal?> ApplyAsync(RouteFault fault, CancellationToken clientGone)
    {
        if (fault.Delay is { } delay && Percentage.Draw(random, fault.DelayPercent))
            await Task.Delay(delay, time, clientGone);
        return fault.Abort is { } status && Percentage.Draw(random, fault.AbortPercent)
            ? new Refusal(status, "fault", "A fault made on purpose")
            : null;
    }
}
