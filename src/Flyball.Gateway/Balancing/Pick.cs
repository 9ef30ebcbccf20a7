using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Balancing;

/// <summary>What one request brings to the choice of its endpoint.</summary>
internal readonly ref struct Pick(ReadOnlySpan<UpstreamEndpoint> tried, PickKey key = default)
{
    /// <summary>Endpoints that have failed this request.</summary>
    public ReadOnlySpan<UpstreamEndpoint> Tried { get; } = tried;

    public PickKey Key { get; } = key;
}

/// <summary>
/// What a request says about the endpoint it wants: a hash, or the seat that a cookie names; null for nothing.
/// </summary>
internal readonly record struct PickKey(ulong? Hash, ulong? Seat);
