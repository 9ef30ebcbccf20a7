using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Sources;

/// <summary>An instance of a service as its source tells it.</summary>
internal sealed record SourceInstance(string Id, string Address, int Port)
{
    public int Weight { get; init; } = 1;

    public int WeightWarning { get; init; } = 1;

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    /// <summary>Null where the source knows nothing of health.</summary>
    public CheckStatus? Status { get; init; }
}
