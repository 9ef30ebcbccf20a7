namespace Flyball.Discovery.Registrations;

/// <summary>
/// A node that an outside client registered, or what was registered about this server's own; written by
/// <see cref="Registrar"/> only. Named by its name.
/// </summary>
internal sealed record NodeRegistration
{
    public int Format { get; set; } = 1;

    public required string Name { get; init; }

    /// <summary>A UUID; null for one made of the name.</summary>
    public string? Id { get; init; }

    /// <summary>Empty for this server's own node, whose address is a setting.</summary>
    public string Address { get; set; } = "";

    public SortedDictionary<string, string>? TaggedAddresses { get; init; }

    public SortedDictionary<string, string>? Meta { get; init; }

    /// <summary>Checks of the node as a whole.</summary>
    public IReadOnlyList<RegisteredCheck> Checks { get; set; } = [];

    /// <summary>Why it is in maintenance; null when it is not.</summary>
    public string? Maintenance { get; init; }

    public long CreatedRevision { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public CheckStatus Status => Maintenance is not null ? CheckStatus.Critical
        : Checks.Count == 0 ? CheckStatus.Passing : Checks.Max(check => check.Status);
}
