namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>A local process that becomes an instance of a service.</summary>
internal sealed record RegisterSpec
{
    public const int ChecksMax = 16;

    /// <summary>Unique in the catalogue; the same after a restart.</summary>
    public required string Id { get; init; }

    public required string Service { get; init; }

    public required int Port { get; init; }

    /// <summary>Null for the address by which this machine reaches the catalogue.</summary>
    public string? Address { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Meta { get; init; } = [];

    /// <summary>Its share of connections and requests.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>All must pass.</summary>
    public required IReadOnlyList<ProbeSpec> Checks { get; init; }

    public bool Equals(RegisterSpec? other) =>
        other is not null && Id == other.Id && Service == other.Service && Port == other.Port
        && Address == other.Address && Weight == other.Weight && Tags.SequenceEqual(other.Tags)
        && Meta.SequenceEqual(other.Meta) && Checks.SequenceEqual(other.Checks);

    public override int GetHashCode() => HashCode.Combine(Id, Service, Port, Address, Weight);
}
