namespace Flyball.Contracts.Gateway.Security;

/// <summary>From where requests may come: addresses and networks (<c>10.0.0.0/8</c>, <c>2001:db8::/32</c>).</summary>
public sealed record RouteAddresses
{
    /// <summary>Only these; null for all.</summary>
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>Not these, whatever <see cref="Allow"/> says; null for none.</summary>
    public IReadOnlyList<string>? Deny { get; init; }
}
