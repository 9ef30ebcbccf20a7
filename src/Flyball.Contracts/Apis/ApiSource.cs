namespace Flyball.Contracts.Apis;

/// <summary>
/// Where a workload's OpenAPI document comes from: one that was given with the manifest, or a path at which its
/// instances serve it. Written by the API only; named like the workload.
/// </summary>
public sealed record ApiSource
{
    public int Format { get; set; } = 1;

    public required string Workload { get; init; }

    /// <summary>Given: <c>sha256:…</c> of the document among the server's blobs. Null when fetched.</summary>
    public string? Digest { get; init; }

    /// <summary>Given: the file's name, for people.</summary>
    public string? File { get; init; }

    /// <summary>Fetched: the path at the instances, with a leading slash. Null for one that is given.</summary>
    public string? Path { get; init; }

    /// <summary>Fetched: the port's name.</summary>
    public string? Port { get; init; }
}
