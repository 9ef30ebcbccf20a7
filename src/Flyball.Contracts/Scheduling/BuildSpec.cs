namespace Flyball.Contracts.Scheduling;

/// <summary>
/// An image to build through the engine. The context is a tar stored by the server under its SHA-256 digest, so that
/// the same context is the same version and any node can fetch it.
/// </summary>
public sealed record BuildSpec
{
    /// <summary><c>sha256:…</c> of the uploaded context.</summary>
    public required string ContextDigest { get; init; }

    /// <summary>Relative to the context.</summary>
    public string Dockerfile { get; set; } = "Dockerfile";

    public string? Target { get; init; }

    public SortedDictionary<string, string> Args { get; set; } = new(StringComparer.Ordinal);
}
