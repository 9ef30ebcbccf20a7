namespace Flyball.Contracts.Apis;

/// <summary>
/// What is known of the OpenAPI document of one version of a workload; written by the server that holds the lease
/// <c>apis</c>. The document itself is a blob: this record is all of it that is kept in memory. Named
/// <c>{workload}@{version}</c>.
/// </summary>
public sealed record ApiDocument
{
    public int Format { get; set; } = 1;

    public required string Workload { get; init; }

    /// <summary>The version's number.</summary>
    public required int Version { get; init; }

    /// <summary>The file or the path that it came from.</summary>
    public required string Origin { get; init; }

    /// <summary><c>sha256:…</c> of the document; null while there is none.</summary>
    public string? Digest { get; init; }

    public long SizeBytes { get; init; }

    /// <summary>Why there is no document, or no newer one; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>When the document came in; with none, when the problem began.</summary>
    public required long AtUnixMs { get; init; }

    public string Title { get; set; } = "";

    /// <summary>The API's own version, as its authors count.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>For example <c>OpenAPI 3.1.0</c>.</summary>
    public string Specification { get; set; } = "";

    public int Operations { get; init; }

    public int Schemas { get; init; }

    public static string NameOf(string workload, int version) => FormattableString.Invariant($"{workload}@{version}");
}
