namespace Flyball.Discovery.Registrations;

/// <summary>
/// An instance of a service that an outside client registered, with its checks; written by <see cref="Registrar"/>
/// only. Named <c>{node}/{id}</c>.
/// </summary>
internal sealed record ServiceRegistration
{
    public int Format { get; set; } = 1;

    public required string Node { get; init; }

    /// <summary>Unique on its node.</summary>
    public required string Id { get; init; }

    public required string Service { get; init; }

    public IReadOnlyList<string> Tags { get; set; } = [];

    public SortedDictionary<string, string>? Meta { get; init; }

    /// <summary>Empty for the node's.</summary>
    public string Address { get; set; } = "";

    /// <summary>0 for a service without a port; it is no endpoint then.</summary>
    public int Port { get; init; }

    public SortedDictionary<string, TaggedAddress>? TaggedAddresses { get; init; }

    public int WeightPassing { get; set; } = 1;

    public int WeightWarning { get; set; } = 1;

    public bool EnableTagOverride { get; init; }

    /// <summary>Registered with the agent, which keeps its checks; else written into the catalogue by hand.</summary>
    public bool ByAgent { get; init; }

    public IReadOnlyList<RegisteredCheck> Checks { get; set; } = [];

    /// <summary>Why it is in maintenance; null when it is not.</summary>
    public string? Maintenance { get; init; }

    /// <summary>The revision of its first version; 0 in that version itself.</summary>
    public long CreatedRevision { get; init; }

    /// <summary>The worst of its own checks and of its maintenance.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public CheckStatus Status => Maintenance is not null ? CheckStatus.Critical
        : Checks.Count == 0 ? CheckStatus.Passing : Checks.Max(check => check.Status);

    public RegisteredCheck? FindCheck(string id) => Checks.FirstOrDefault(check => check.Id == id);
}
