using Flyball.Contracts.Gateway;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Resilience;

/// <summary>How long a request may still wait for what; each time begins when it first waits for that.</summary>
internal sealed class WaitDue(Upstream upstream, Route route, TimeProvider time)
{
    private long? roomSince;
    private long? instanceSince;

    public TimeSpan Left(WaitReason reason) => reason == WaitReason.Room
        ? route.Timeout - time.GetElapsedTime(roomSince ??= time.GetTimestamp())
        : upstream.InstanceWait(route) - time.GetElapsedTime(instanceSince ??= time.GetTimestamp());
}
